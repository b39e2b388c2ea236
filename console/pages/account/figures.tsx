import { Amount } from '../../parts/texts.tsx';
import type { Account } from './account.ts';

type FiguresProps = { readonly of: Pick<Account, 'balance' | 'available' | 'held' | 'inTransit'> };

const isNothing = ({ amount }: { readonly amount: string }): boolean => !/[1-9]/.test(amount);

/** The balance first; what is held and on its way only where there is any. */
export const Figures = ({ of: { balance, available, held, inTransit } }: FiguresProps) => (
  <dl class="figures">
    <div class="main-figure">
      <dt>Balance</dt>
      <dd>
        <Amount of={balance} />
      </dd>
    </div>
    <div class="main-figure">
      <dt>Available</dt>
      <dd>
        <Amount of={available} />
      </dd>
    </div>
    {!isNothing(held) && (
      <div class="main-figure">
        <dt>Held</dt>
        <dd>
          <Amount of={held} />
        </dd>
      </div>
    )}
    {!isNothing(inTransit) && (
      <div class="main-figure">
        <dt>In transit</dt>
        <dd>
          <Amount of={inTransit} />
        </dd>
      </div>
    )}
  </dl>
);
