import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import {
  allEvents,
  bodyOf,
  centsOf,
  newCustomer,
  times,
  type Amount,
  type AuditedEvent,
  type BankClient,
  type Reply,
} from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { showsFold } from '../support/e2eRebuild.ts';

/** Reads that ask for less than the newest lag. */
const app = appOfThisFile({ flags: ['--cosmos-lag-ms', '1000'] });
let other: { bank: BankClient; stop: () => Promise<void> };
beforeAll(async () => {
  other = await app.startInstance();
});
afterAll(() => other.stop());
afterEach(async () => {
  await app.cosmosFaults.clear();
  await app.serviceBusFaults.clear();
});

/** Faults of the network for messages and for every request for items. */
const trouble = async (seed: number) => {
  await app.serviceBusFaults.inject([
    { on: { operation: 'deliver' }, share: 0.2, seed, fault: { kind: 'duplicate' } },
    { on: { operation: 'deliver' }, share: 0.2, seed: seed + 1, fault: { kind: 'reorder' } },
    { on: { operation: 'complete' }, share: 0.05, seed: seed + 2, fault: { kind: 'expireLocks' } },
    { on: { operation: 'send' }, share: 0.1, seed: seed + 3, fault: { kind: 'drop', when: 'after' } },
  ]);
  await app.cosmosFaults.inject([
    { share: 0.02, seed, fault: { kind: 'drop', when: 'after' } },
    { share: 0.02, seed: seed + 1, fault: { kind: 'answer', status: 503 } },
    { share: 0.02, seed: seed + 2, fault: { kind: 'answer', status: 429, retryAfterMs: 5 } },
    { share: 0.05, seed: seed + 3, fault: { kind: 'delay', ms: 20 } },
  ]);
};

const movement = fc.record({ account: fc.nat(2), isDeposit: fc.boolean(), euros: fc.integer({ min: 1, max: 20 }) });

type Daily = { readonly items: readonly { deposits: Amount; withdrawals: Amount; count: number }[] };
/** Today's total as the events alone give it. */
const totalOf = (accounts: readonly (readonly AuditedEvent[])[]) => {
  const sum = { deposits: 0, withdrawals: 0, count: 0 };
  for (const { type, data } of accounts.flat()) {
    if (type === 'AccountOpened') continue;
    sum[type === 'MoneyDeposited' ? 'deposits' : 'withdrawals'] += centsOf(data.amount);
    sum.count += 1;
  }
  return sum;
};

describe('views, whatever the network does while two instances take commands and messages', () => {
  it('end as the fold of the events', { timeout: 180_000 }, async () => {
    const opened: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(movement, { minLength: 40, maxLength: 80 }), fc.nat(1_000), async (moves, seed) => {
        const customerId = await newCustomer(app.bank);
        const ids = await times(3, async () => bodyOf(await app.bank.openAccount(customerId)).id);
        opened.push(...ids);
        await trouble(seed);
        await times(moves.length, async (index) => {
          const { account, isDeposit, euros } = moves[index] ?? { account: 0, isDeposit: true, euros: 1 };
          const { bank } = index % 2 ? app : other;
          const reply = await bank[isDeposit ? 'deposit' : 'withdraw'](ids[account] ?? '', String(euros));
          expect([201, 422, 503]).toContain(reply.status);
        });
        await app.cosmosFaults.clear();
        await app.serviceBusFaults.clear();

        for (const id of ids) await showsFold(app.bank, id);
        const versions = await times(3, async (index) => (await allEvents(app.bank, ids[index] ?? '')).length);
        await eventually(async () => {
          const { accounts } = bodyOf(await app.bank.customer(customerId));
          return ids.map((id) => accounts.find((account) => account.id === id)?.version);
        }, 60_000).toEqual(versions);
      }),
      { numRuns: 3 },
    );

    const expected = totalOf(await times(opened.length, (index) => allEvents(app.bank, opened[index] ?? '')));
    await eventually(async () => {
      const { items } = bodyOf((await app.bank.get('/analytics/daily', { currency: 'EUR' })) as Reply<Daily>);
      const cents = (amounts: readonly Amount[]) => amounts.reduce((sum, each) => sum + Number(each.amount) * 100, 0);
      return {
        deposits: Math.round(cents(items.map(({ deposits }) => deposits))),
        withdrawals: Math.round(cents(items.map(({ withdrawals }) => withdrawals))),
        count: items.reduce((sum, { count }) => sum + count, 0),
      };
    }, 60_000).toEqual(expected);
  });
});
