import { Amount, moneyText } from '../../parts/texts.tsx';
import type { Account } from './account.ts';

type FiguresProps = { readonly of: Pick<Account, 'balance' | 'available' | 'held' | 'inTransit'> };

const isNothing = ({ amount }: { readonly amount: string }): boolean => !/[1-9]/.test(amount);

/** More characters than stand beside each other in the largest type. */
const isLong = (balance: Account['balance']): boolean => moneyText(balance).length > 13;

/** The balance first; what is held and on its way only where there is any. */
export const Figures = ({ of: { balance, available, held, inTransit } }: FiguresProps) => (
  <dl class="figures">
    <div class={isLong(balance) ? 'main-figure long' : 'main-figure'}>
      <dt>Balance</dt>
      <dd>
        <Amount of={balance} />
      </dd>
    </div>
    <div>
      <dt>Available</dt>
      <dd>
        <Amount of={available} />
      </dd>
    </div>
    {!isNothing(held) && (
      <div>
        <dt>Held</dt>
        <dd>
          <Amount of={held} />
        </dd>
      </div>
    )}
    {!isNothing(inTransit) && (
      <div>
        <dt>In transit</dt>
        <dd>
          <Amount of={inTransit} />
        </dd>
      </div>
    )}
  </dl>
);
