import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { account, type Account, type AccountCommand } from '../../domain/account/account.ts';
import type { AccountEvent } from '../../domain/account/events.ts';
import { maximumMinor } from '../../domain/money.ts';
import { deposited, EUR, eur, JPY, opened, withdrawn } from '../support/bank.ts';
import { given, givenAt } from '../support/given.ts';

describe('opening an account', () => {
  it('records whose it is, and what it holds', () =>
    given(account).when({ type: 'OpenAccount', customerId: 'c', currency: EUR }).yields(opened()));

  it('happens once', () =>
    given(account, opened())
      .when({ type: 'OpenAccount', customerId: 'c', currency: EUR })
      .rejects({ code: 'AccountAlreadyOpen' }));
});

describe('depositing money', () => {
  it('adds to the balance, and says what it is then', () =>
    given(account, opened(), deposited(10_00, 10_00))
      .when({ type: 'DepositMoney', amount: eur(5), reference: 'rent' })
      .yields({
        type: 'MoneyDeposited',
        data: { customerId: 'c', amount: eur(5), balance: 10_05, reference: 'rent' },
      }));

  it('needs an open account', () =>
    given(account)
      .when({ type: 'DepositMoney', amount: eur(1) })
      .rejects({ code: 'AccountNotOpen' }));

  it("takes the account's currency only", () =>
    given(account, opened())
      .when({ type: 'DepositMoney', amount: { minor: 1, currency: JPY } })
      .rejects({ code: 'CurrencyMismatch', holds: EUR }));

  it('fills the balance to its last digit', () =>
    given(account, opened(), deposited(maximumMinor - 1, maximumMinor - 1))
      .when({ type: 'DepositMoney', amount: eur(1) })
      .yields(deposited(1, maximumMinor)));

  it('never makes a balance of more than 15 digits', () =>
    given(account, opened(), deposited(maximumMinor, maximumMinor))
      .when({ type: 'DepositMoney', amount: eur(1) })
      .rejects({ code: 'BalanceLimitExceeded' }));
});

describe('withdrawing money', () => {
  it('takes the last cent', () =>
    given(account, opened(), deposited(10_00, 10_00))
      .when({ type: 'WithdrawMoney', amount: eur(10_00) })
      .yields(withdrawn(10_00, 0)));

  it('never takes the cent after it', () =>
    given(account, opened(), deposited(10_00, 10_00))
      .when({ type: 'WithdrawMoney', amount: eur(10_01) })
      .rejects({ code: 'InsufficientFunds', available: eur(10_00) }));

  it('needs an open account', () =>
    given(account)
      .when({ type: 'WithdrawMoney', amount: eur(1) })
      .rejects({ code: 'AccountNotOpen' }));

  it("takes the account's currency only", () =>
    given(account, opened())
      .when({ type: 'WithdrawMoney', amount: { minor: 1, currency: JPY } })
      .rejects({ code: 'CurrencyMismatch', holds: EUR }));
});

describe('whatever is asked of an account', () => {
  const anyAmount = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: maximumMinor }));
  const anyCommand: fc.Arbitrary<AccountCommand> = fc.oneof(
    fc.constant({ type: 'OpenAccount' as const, customerId: 'c', currency: EUR }),
    fc.record({ type: fc.constantFrom('DepositMoney' as const, 'WithdrawMoney' as const), amount: anyAmount.map(eur) }),
  );

  const run = (commands: readonly AccountCommand[]) => {
    let state: Account = account.initial;
    const events: AccountEvent[] = [];
    for (const command of commands) {
      const decision = account.decide(command, state, givenAt);
      if (!decision.accepted) continue;
      for (const event of decision.events) state = account.evolve(state, event, events.push(event), givenAt);
    }
    return { state, events };
  };

  it('the balance is the sum of what happened, exactly, and never below zero or above 15 digits', () =>
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 50 }), (commands) => {
        const { state, events } = run(commands);
        let sum = 0n;
        for (const event of events) {
          if (event.type === 'AccountOpened') continue;
          sum += BigInt(event.data.amount.minor) * (event.type === 'MoneyDeposited' ? 1n : -1n);
          expect(BigInt(event.data.balance)).toBe(sum);
          expect(sum >= 0n && sum <= BigInt(maximumMinor)).toBe(true);
        }
        if (state.status === 'open') expect(BigInt(state.balance)).toBe(sum);
      }),
    ));

  it('every event fits its schema', () =>
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        const { state, events } = run(commands);
        for (const event of events) {
          const definition = account.events.find(({ type }) => type === event.type);
          expect(definition?.data.safeParse(event.data).success).toBe(true);
        }
        expect(account.state.safeParse(state).success).toBe(true);
      }),
    ));
});
