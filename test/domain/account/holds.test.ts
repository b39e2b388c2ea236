import { describe, expect, it } from 'vitest';
import { account } from '../../../domain/account/account.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import type { Account } from '../../../domain/account/state.ts';
import { closed, deposited, EUR, eur, frozen, JPY, opened, withdrawn } from '../../support/bank.ts';
import { given, givenAt } from '../../support/given.ts';

const now = '2026-11-20T10:00:00.000Z';
const later = '2026-11-20T11:00:00.000Z';
const placed = (minor: number, balance: number, available: number, expiresAt = later): AccountEvent => ({
  type: 'HoldPlaced',
  data: { customerId: 'c', amount: eur(minor), balance, available, expiresAt },
});
const captured = (hold: number, held: number, minor: number, balance: number, available: number): AccountEvent => ({
  type: 'HoldCaptured',
  data: { customerId: 'c', hold, held, amount: eur(minor), balance, available },
});
const released = (hold: number, held: number, balance: number, available: number): AccountEvent => ({
  type: 'HoldReleased',
  data: { customerId: 'c', hold, held, amount: eur(held), balance, available },
});
const expired = (hold: number, held: number, balance: number, available: number, expiresAt = later): AccountEvent => ({
  type: 'HoldExpired',
  data: { customerId: 'c', hold, held, amount: eur(held), balance, available, expiresAt },
});
const ten = [opened(), deposited(10, 10)];

describe('placing a hold', () => {
  it('takes what is available, and leaves the balance', () =>
    given(account, ...ten)
      .when({ type: 'PlaceHold', amount: eur(4), expiresAt: later, reference: 'hotel' }, now)
      .yields({
        type: 'HoldPlaced',
        data: { customerId: 'c', amount: eur(4), balance: 10, available: 6, expiresAt: later, reference: 'hotel' },
      }));

  it('holds for seven days where nobody says how long', () =>
    given(account, ...ten)
      .when({ type: 'PlaceHold', amount: eur(4) }, now)
      .yields(placed(4, 10, 6, '2026-11-27T10:00:00.000Z')));

  it.each(['2026-11-20T10:00:00.000Z', '2026-11-19T10:00:00.000Z', '2026-12-21T10:00:00.001Z'])(
    'ends later than now, and within 31 days: not %s',
    (expiresAt) =>
      given(account, ...ten)
        .when({ type: 'PlaceHold', amount: eur(4), expiresAt }, now)
        .rejects({ code: 'ExpiryOutOfRange' }),
  );

  it('may last 31 days', () => {
    const expiresAt = '2026-12-21T10:00:00.000Z';
    given(account, ...ten)
      .when({ type: 'PlaceHold', amount: eur(4), expiresAt }, now)
      .yields(placed(4, 10, 6, expiresAt));
  });

  it('holds no more than other holds leave', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'PlaceHold', amount: eur(7) }, now)
      .rejects({ code: 'InsufficientFunds', available: eur(6) }));

  it('is refused after a hundred, also where money is left', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => placed(1, 1000, 999 - index));
    given(account, opened(), deposited(1000, 1000), ...hundred)
      .when({ type: 'PlaceHold', amount: eur(1) }, now)
      .rejects({ code: 'TooManyHolds' });
  });

  it("takes the account's currency only", () =>
    given(account, ...ten)
      .when({ type: 'PlaceHold', amount: { minor: 1, currency: JPY } }, now)
      .rejects({ code: 'CurrencyMismatch', holds: EUR }));
});

describe('what is held', () => {
  it('cannot be withdrawn', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'WithdrawMoney', amount: eur(7) }, now)
      .rejects({ code: 'InsufficientFunds', available: eur(6) }));

  it('is free from the instant on at which the hold expires; that it has is an event of the same commit', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'WithdrawMoney', amount: eur(10) }, later)
      .yields(expired(3, 4, 10, 10), withdrawn(10, 0)));

  it('is held until that instant', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'WithdrawMoney', amount: eur(10) }, '2026-11-20T10:59:59.999Z')
      .rejects({ code: 'InsufficientFunds', available: eur(6) }));

  it('keeps an account from being closed, with and without money', () => {
    given(account, ...ten, placed(10, 10, 0))
      .when({ type: 'CloseAccount' }, now)
      .rejects({ code: 'HoldsOpen' });
  });

  it('does not, once it has expired', () =>
    given(account, opened(), deposited(4, 4), placed(4, 4, 0), withdrawn(4, 0))
      .when({ type: 'CloseAccount' }, later)
      .yields(expired(3, 4, 0, 0), closed()));
});

describe('capturing a hold', () => {
  it('takes all of it where nobody says how much', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'CaptureHold', hold: 3 }, now)
      .yields(captured(3, 4, 4, 6, 6)));

  it('takes less, and frees the rest', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'CaptureHold', hold: 3, amount: eur(1) }, now)
      .yields(captured(3, 4, 1, 9, 9)));

  it('takes no more than is held', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'CaptureHold', hold: 3, amount: eur(5) }, now)
      .rejects({ code: 'CaptureExceedsHold' }));

  it.each([
    ['captured', captured(3, 4, 4, 6, 6)],
    ['released', released(3, 4, 10, 10)],
    ['expired', expired(3, 4, 10, 10)],
  ])('happens once: not where it was %s', (_, end) =>
    given(account, ...ten, placed(4, 10, 6), end)
      .when({ type: 'CaptureHold', hold: 3 }, now)
      .rejects({ code: 'HoldEnded' }),
  );

  it('is too late at the instant at which it expires', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'CaptureHold', hold: 3 }, later)
      .rejects({ code: 'HoldEnded' }));

  it('is not stopped by a freeze', () =>
    given(account, ...ten, placed(4, 10, 6), frozen())
      .when({ type: 'CaptureHold', hold: 3 }, now)
      .yields(captured(3, 4, 4, 6, 6)));

  it('can send the money to another account: then the transfer moves it', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when(
        { type: 'CaptureHold', hold: 3, to: { id: 'b', isSame: false, receiver: { currency: EUR, isClosed: false } } },
        now,
      )
      .yields(
        {
          type: 'HoldCaptured',
          data: { customerId: 'c', hold: 3, held: 4, amount: eur(4), balance: 10, available: 10, to: 'b' },
        },
        {
          type: 'TransferSent',
          data: { customerId: 'c', to: 'b', amount: eur(4), received: eur(4), balance: 6, available: 6 },
        },
      ));

  it('is refused where the receiver has another currency, is closed, unknown or the account itself', () => {
    const to = (receiver: { currency: typeof EUR; isClosed: boolean } | undefined, isSame = false) =>
      given(account, ...ten, placed(4, 10, 6)).when(
        { type: 'CaptureHold', hold: 3, to: { id: 'b', isSame, receiver } },
        now,
      );
    to({ currency: JPY, isClosed: false }).rejects({ code: 'CurrencyMismatch', holds: EUR });
    to({ currency: EUR, isClosed: true }).rejects({ code: 'ReceiverClosed' });
    to(undefined).rejects({ code: 'UnknownAccount' });
    to({ currency: EUR, isClosed: false }, true).rejects({ code: 'SameAccount' });
  });
});

describe('releasing a hold', () => {
  it('frees all of it', () =>
    given(account, ...ten, placed(4, 10, 6))
      .when({ type: 'ReleaseHold', hold: 3 }, now)
      .yields(released(3, 4, 10, 10)));

  it('happens once', () =>
    given(account, ...ten, placed(4, 10, 6), released(3, 4, 10, 10))
      .when({ type: 'ReleaseHold', hold: 3 }, now)
      .rejects({ code: 'HoldEnded' }));
});

describe('a hold that expires', () => {
  it('becomes an event when somebody looks', () =>
    given(account, ...ten, placed(4, 10, 6), placed(1, 10, 5, '2026-11-20T12:00:00.000Z'))
      .when({ type: 'ExpireHolds' }, later)
      .yields(expired(3, 4, 10, 9)));

  it('becomes one once', () =>
    given(account, ...ten, placed(4, 10, 6), expired(3, 4, 10, 10))
      .when({ type: 'ExpireHolds' }, later)
      .yields());

  it('becomes none with a command that appends nothing', () =>
    given(account, ...ten, placed(4, 10, 6), frozen())
      .when({ type: 'FreezeAccount', reason: 'again' }, later)
      .yields());
});

it('keeps the state small: a hundred holds and a hundred transfers of everyday amounts take less than 6 KB, the largest less than 9', () => {
  const sizeOf = (minor: number) => {
    const entry = (version: number): [number, number, number] => [version, minor, Date.parse(givenAt)];
    const hundred = Array.from({ length: 100 }, (_, index) => entry(123_400 + index));
    const state: Account = {
      ...{ status: 'open', customerId: '0199f8a2-7b1c-7000-8000-000000000000', currency: EUR, balance: 123_456_789 },
      ...{ holds: hundred, transfers: hundred },
    };
    return JSON.stringify(state).length;
  };
  expect(sizeOf(1_234_56)).toBeLessThan(6 * 1_024);
  expect(sizeOf(999_999_999_999_99)).toBeLessThan(9 * 1_024);
});
