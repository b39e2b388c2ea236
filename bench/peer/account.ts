import { IllegalStateError, NotFoundError, type Command, type Event } from '@event-driven-io/emmett';

type Opening = { accountId: string; customerId: string; currency: string };
/** In minor units. */
type Movement = { accountId: string; amount: number; currency: string; reference?: string };

export type AccountEvent = Event<'AccountOpened', Opening> | Event<'MoneyDeposited', Movement & { balance: number }>;
export type AccountCommand = Command<'OpenAccount', Opening> | Command<'DepositMoney', Movement>;

type Account = { status: 'unopened' } | { status: 'open'; currency: string; balance: number };

export const initialState = (): Account => ({ status: 'unopened' });

export const decide = ({ type, data }: AccountCommand, account: Account): AccountEvent => {
  switch (type) {
    case 'OpenAccount':
      if (account.status === 'open') throw new IllegalStateError('The account is open');
      return { type: 'AccountOpened', data };
    case 'DepositMoney': {
      if (account.status !== 'open') throw new NotFoundError({ id: data.accountId, type: 'account' });
      if (data.currency !== account.currency) throw new IllegalStateError(`The account holds ${account.currency}`);
      const balance = account.balance + data.amount;
      if (!Number.isSafeInteger(balance)) throw new IllegalStateError('The balance would exceed its limit');
      return { type: 'MoneyDeposited', data: { ...data, balance } };
    }
  }
};

export const evolve = (_account: Account, { type, data }: AccountEvent): Account => {
  switch (type) {
    case 'AccountOpened':
      return { status: 'open', currency: data.currency, balance: 0 };
    case 'MoneyDeposited':
      return { status: 'open', currency: data.currency, balance: data.balance };
  }
};
