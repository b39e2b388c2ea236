import { describe, it } from 'vitest';
import { account } from '../../../domain/account/account.ts';
import type { Receiver, SendTransfer } from '../../../domain/account/commands.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import { maximumMinor } from '../../../domain/money.ts';
import type { Quote } from '../../../domain/quote.ts';
import { closed, deposited, EUR, eur, frozen, JPY, opened, withdrawn } from '../../support/bank.ts';
import { given } from '../../support/given.ts';

const now = '2026-11-20T10:00:00.000Z';
const ten = [opened(), deposited(10, 10)];
const toEur: Receiver = { currency: EUR, isClosed: false };
const toJpy: Receiver = { currency: JPY, isClosed: false };
const quote: Quote = {
  sell: eur(4),
  buy: { minor: 6, currency: JPY },
  rate: '161.2',
  rateId: 'r:7',
  expiresAt: '2026-11-20T10:00:30.000Z',
};
const send = (fields: Partial<SendTransfer> = {}): SendTransfer => ({
  type: 'SendTransfer',
  to: 'b',
  isSame: false,
  receiver: toEur,
  amount: eur(4),
  ...fields,
});
const sent = (minor: number, balance: number): AccountEvent => ({
  type: 'TransferSent',
  data: { customerId: 'c', to: 'b', amount: eur(minor), received: eur(minor), balance, available: balance },
});

describe('sending money', () => {
  it('takes it from the balance at once', () =>
    given(account, ...ten)
      .when(send({ reference: 'rent' }), now)
      .yields({
        type: 'TransferSent',
        data: {
          ...{ customerId: 'c', to: 'b', amount: eur(4), received: eur(4), balance: 6, available: 6 },
          reference: 'rent',
        },
      }));

  it('exchanges it by a quote, and records the rate', () =>
    given(account, ...ten)
      .when(send({ receiver: toJpy, quote }), now)
      .yields({
        type: 'TransferSent',
        data: {
          ...{ customerId: 'c', to: 'b', amount: eur(4), received: { minor: 6, currency: JPY } },
          ...{ rate: { rate: '161.2', id: 'r:7' }, balance: 6, available: 6 },
        },
      }));

  it.each<[string, Partial<SendTransfer>, object]>([
    ['SameAccount', { isSame: true, receiver: undefined }, {}],
    ['CurrencyMismatch', { amount: { minor: 1, currency: JPY }, receiver: undefined }, { holds: EUR }],
    ['UnknownAccount', { receiver: undefined }, {}],
    ['ReceiverClosed', { receiver: { currency: JPY, isClosed: true } }, {}],
    ['QuoteRequired', { receiver: toJpy }, {}],
    ['QuoteExpired', { receiver: toJpy, quote: { ...quote, expiresAt: now } }, {}],
    ['QuoteMismatch', { quote: { ...quote, buy: eur(4) } }, {}],
    ['QuoteMismatch', { receiver: toJpy, quote: { ...quote, sell: eur(3) } }, {}],
    ['QuoteMismatch', { receiver: toJpy, quote: { ...quote, buy: { minor: 6, currency: EUR } } }, {}],
    ['InsufficientFunds', { amount: eur(11) }, { available: eur(10) }],
    ['ForeignQuote', { quote: 'foreign', isSame: true }, {}],
  ])('is refused: %s', (code, fields, members) =>
    given(account, ...ten)
      .when(send(fields), now)
      .rejects({ code, ...members } as never),
  );

  it('is refused while a hundred are on their way', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => sent(1, 199 - index));
    given(account, opened(), deposited(200, 200), ...hundred)
      .when(send(), now)
      .rejects({ code: 'TooManyTransfers' });
  });
});

describe('what is on its way', () => {
  it('counts for the limit of the balance, since it may come back', () =>
    given(account, opened(), deposited(maximumMinor, maximumMinor), sent(4, maximumMinor - 4))
      .when({ type: 'DepositMoney', amount: eur(1) })
      .rejects({ code: 'BalanceLimitExceeded' }));

  it('keeps the account from being closed', () =>
    given(account, opened(), deposited(4, 4), sent(4, 0))
      .when({ type: 'CloseAccount' })
      .rejects({ code: 'TransfersInTransit' }));
});

describe('the verdict of the receiver', () => {
  const verdict = { transferId: 'a:3', from: 'a', sent: eur(4), sentBy: 'k:1' };
  const decide = { type: 'DecideTransfer', ...verdict, received: eur(4), reference: 'rent' } as const;
  const data = { customerId: 'c', ...verdict, amount: eur(4) };
  const declined = (reason: 'receiverClosed' | 'receiverCannotTake') =>
    ({ type: 'TransferDeclined', data: { ...data, reason } }) as const;

  it('takes the money, also while it is frozen', () => {
    const received = { type: 'TransferReceived', data: { ...data, balance: 14, reference: 'rent' } } as const;
    given(account, ...ten)
      .when(decide)
      .yields(received);
    given(account, ...ten, frozen())
      .when(decide)
      .yields(received);
  });

  it('declines where it is closed', () =>
    given(account, opened(), closed()).when(decide).yields(declined('receiverClosed')));

  it('declines where the balance, or what is on its way back to it, leaves no room', () => {
    const full = deposited(maximumMinor, maximumMinor);
    given(account, opened(), full).when(decide).yields(declined('receiverCannotTake'));
    given(account, opened(), full, sent(9, maximumMinor - 9))
      .when(decide)
      .yields(declined('receiverCannotTake'));
  });

  it('declines another currency', () =>
    given(account, opened())
      .when({ ...decide, received: { minor: 4, currency: JPY } })
      .yields({
        type: 'TransferDeclined',
        data: { ...data, amount: { minor: 4, currency: JPY }, reason: 'receiverCannotTake' },
      }));
});

describe('the end of a transfer', () => {
  const given6 = (...events: AccountEvent[]) => given(account, ...ten, sent(4, 6), ...events);
  const completed = { type: 'EndTransfer', transfer: 3, to: 'b' } as const;
  const returned = { ...completed, returnedFor: 'receiverClosed', reference: 'rent' } as const;
  const end = { customerId: 'c', transfer: 3, to: 'b', amount: eur(4) };

  it('is that the receiver has the money', () =>
    given6().when(completed).yields({ type: 'TransferCompleted', data: end }));

  it('or that it comes back, also to a frozen account', () => {
    const back: AccountEvent = {
      type: 'TransferReturned',
      data: { ...end, balance: 10, reason: 'receiverClosed', reference: 'rent' },
    };
    given6().when(returned).yields(back);
    given6(frozen()).when(returned).yields(back);
  });

  it('comes once', () => {
    given6({ type: 'TransferCompleted', data: end }).when(returned).yields();
    given6(withdrawn(6, 0), { type: 'TransferCompleted', data: end }, closed()).when(completed).yields();
  });
});
