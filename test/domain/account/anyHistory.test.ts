import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { account } from '../../../domain/account/account.ts';
import { balanceAfter, statusAfter, type AccountEvent } from '../../../domain/account/events.ts';
import { availableAt, inTransitOf, type Account } from '../../../domain/account/state.ts';
import { maximumMinor } from '../../../domain/money.ts';
import { ledgerAccounts, postingsOf, type LedgerAccount } from '../../../domain/postings.ts';
import { bankEventsOf } from '../../../domain/registry.ts';
import type { RecordedEvent } from '../../../eventSourcing/commit.ts';
import { carryOut, plans } from '../../support/histories.ts';

type Event = RecordedEvent<AccountEvent>;

/** Every state of every account of a plan, with the event that led to it. */
const states = (plan: Parameters<typeof carryOut>[0]): { state: Account; event: Event }[] => {
  const events = carryOut(plan)
    .flatMap(bankEventsOf)
    .filter((event): event is Event => event.aggregate === 'account');
  const current = new Map<string, Account>();
  return events.map((event) => {
    const before = current.get(event.aggregateId) ?? account.initial;
    const state = account.evolve(before, event, event.version, event.occurredAt);
    current.set(event.aggregateId, state);
    return { state, event };
  });
};

describe('whatever is asked of accounts', () => {
  it('a balance is never below what is held, and with what may come back never above 15 digits', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { state, event } of states(plan)) {
          if (state.status === 'unopened') continue;
          expect(availableAt(state, event.occurredAt).minor).toBeGreaterThanOrEqual(0);
          expect(state.balance + inTransitOf(state)).toBeLessThanOrEqual(maximumMinor);
          if (state.status === 'closed') expect([state.balance, state.holds, state.transfers]).toEqual([0, [], []]);
        }
      }),
    ));

  it('events tell the balance and the status that the state has after them', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        const statuses = new Map<string, string>();
        for (const { state, event } of states(plan)) {
          if (state.status === 'unopened') continue;
          const balance = balanceAfter(event);
          if (balance !== undefined) expect(balance).toBe(state.balance);
          if ('available' in event.data) {
            expect(event.data.available).toBe(availableAt(state, event.occurredAt).minor);
          }
          const status = statusAfter(event) ?? statuses.get(event.aggregateId) ?? 'open';
          expect(status).toBe(state.status);
          statuses.set(event.aggregateId, status);
        }
      }),
    ));

  it('every event and every state fits its schema', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { state, event } of states(plan)) {
          expect(account.state.safeParse(state).success).toBe(true);
          const definition = account.events.find(({ type }) => type === event.type);
          expect(definition?.data.safeParse(event.data).error).toBeUndefined();
        }
      }),
    ));
});

describe('the books', () => {
  type Books = Map<string, bigint>;
  const sumOf = (books: Books, name: LedgerAccount, currency: string): bigint => books.get(`${name} ${currency}`) ?? 0n;
  const post = (books: Books, event: Event): void => {
    for (const { account: name, side, amount } of postingsOf(event)) {
      const key = `${name} ${amount.currency}`;
      const signed = side === 'credit' ? BigInt(amount.minor) : -BigInt(amount.minor);
      books.set(key, (books.get(key) ?? 0n) + signed);
    }
  };

  it('balance in every currency after every event, and customers have what the bank says it owes them', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        const books: Books = new Map();
        const balances = new Map<string, Account>();
        for (const { state, event } of states(plan)) {
          post(books, event);
          balances.set(event.aggregateId, state);
          for (const currency of ['EUR', 'JPY', 'USD']) {
            const total = ledgerAccounts.reduce((sum, name) => sum + sumOf(books, name, currency), 0n);
            expect(total).toBe(0n);
            let owed = 0n;
            for (const each of balances.values()) {
              if (each.status !== 'unopened' && each.currency === currency) owed += BigInt(each.balance);
            }
            expect(sumOf(books, 'customers', currency)).toBe(owed);
            expect(sumOf(books, 'inTransit', currency) >= 0n).toBe(true);
          }
        }
      }),
    ));
});
