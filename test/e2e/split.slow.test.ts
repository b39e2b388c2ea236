import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, statusesOf, times, type Reply } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';

const app = appOfThisFile({ flags: ['--cosmos-partitions', '3'] });
const callers = 16;

/** The ranges of a container that there are now. */
const rangesOf = async (container: string) => {
  const { resources } = await app.database.container(container).readPartitionKeyRanges().fetchAll();
  return resources.map(({ id }) => id);
};

describe('while physical partitions split', () => {
  it('every deposit is answered, and counted once', async () => {
    const accounts = await times(32, () => newAccount(app.bank));
    const replies: Reply[] = [];
    const sent = new Map<string, number>();
    let isOver = false;
    const caller = async (index: number) => {
      for (let turn = index; !isOver; turn += callers) {
        const { id = '' } = accounts[turn % accounts.length] ?? {};
        replies.push(await app.bank.deposit(id, '0.01', {}, { 'idempotency-key': randomUUID() }));
        sent.set(id, (sent.get(id) ?? 0) + 1);
      }
    };
    const calling = times(callers, caller);
    for (const container of ['events', 'accounts', 'transactions', 'customers', 'events']) {
      for (const range of await rangesOf(container)) {
        await app.cosmosFaults.split(container, range);
        const before = replies.length;
        await eventually(() => Promise.resolve(replies.length)).toBeGreaterThan(before + 50);
      }
    }
    isOver = true;
    await calling;
    expect(statusesOf(replies)).toEqual({ 201: replies.length });
    for (const { id } of accounts) {
      await viewHas(app.bank, id, 1 + (sent.get(id) ?? 0));
      const { balance } = bodyOf(await app.bank.account(id));
      expect(Math.round(Number(balance.amount) * 100)).toBe(sent.get(id) ?? 0);
    }
    await eventually(() => app.bank.get('/ops/gaps')).toMatchObject({ body: { items: [] } });
  });
});
