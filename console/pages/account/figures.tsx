import { Figure } from '../../parts/figure.tsx';
import { Amount, moneyText } from '../../parts/texts.tsx';
import { isZero } from '../../parts/words.ts';
import type { Account } from './account.ts';

type FiguresProps = { readonly of: Pick<Account, 'balance' | 'available' | 'held' | 'inTransit'> };

/** More characters than stand beside each other in the largest type. */
const isLong = (balance: Account['balance']): boolean => moneyText(balance).length > 13;

/** The balance first; what is held and on its way only where there is any. */
export const Figures = ({ of: { balance, available, held, inTransit } }: FiguresProps) => (
  <dl class="figures">
    <Figure title="Balance" class={isLong(balance) ? 'main-figure long' : 'main-figure'}>
      <Amount of={balance} />
    </Figure>
    <Figure title="Available">
      <Amount of={available} />
    </Figure>
    {!isZero(held.amount) && (
      <Figure title="Held">
        <Amount of={held} />
      </Figure>
    )}
    {!isZero(inTransit.amount) && (
      <Figure title="In transit">
        <Amount of={inTransit} />
      </Figure>
    )}
  </dl>
);
