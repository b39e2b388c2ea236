import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@azure/cosmos';
import { expect } from 'vitest';
import type { Alias } from '../../application/views/alias.ts';
import { allEvents, allPages, bodyOf, type BankClient, type Moved, type Reply } from './e2eBank.ts';
import { eventually } from './e2eEventually.ts';

export type Operation = {
  readonly operationId: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly reason?: string;
  readonly done: number;
  readonly total: number;
};

export const startRebuild = async (
  bank: BankClient,
  name: string,
  action: 'rebuild' | 'flip-back' = 'rebuild',
  query = '',
): Promise<string> => {
  const reply = (await bank.request(`/api/ops/projections/${name}/${action}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })) as Reply<{
    operationId: string;
  }>;
  expect([reply.status, reply.text]).toEqual([202, expect.any(String)]);
  const { operationId } = bodyOf(reply);
  expect(reply.headers.get('location')).toBe(`/api/ops/operations/${operationId}`);
  return operationId;
};

export const operationOf = async (bank: BankClient, operationId: string): Promise<Operation> =>
  bodyOf((await bank.get(`/ops/operations/${operationId}`)) as Reply<Operation>);

/** How it ended. */
export const ended = async (bank: BankClient, operationId: string, timeoutMs = 60_000): Promise<Operation> => {
  await eventually(async () => (await operationOf(bank, operationId)).status, timeoutMs).not.toBe('running');
  return operationOf(bank, operationId);
};

/** Asserts that the views of an account show what a fold of its events gives. */
export const showsFold = async (bank: BankClient, id: string): Promise<void> => {
  const events = await allEvents(bank, id);
  const last = events.at(-1);
  const balance = last?.data.balance?.amount ?? '0.00';
  await eventually(async () => {
    const { headers, body } = await bank.account(id);
    return [headers.get('daybook-source'), body.version, body.balance.amount];
  }).toEqual(['view', events.length, balance]);
  await eventually(
    async () => (await allPages((query) => bank.transactions(id, query))).map(({ version }) => version),
    20_000,
  ).toEqual(
    events
      .slice(1)
      .map(({ version }) => version)
      .reverse(),
  );
};

/** Asserts that an account's answer, while others write to it, is what a fold of its first so many events gives. */
export const showsFoldSoFar = async (bank: BankClient, id: string): Promise<void> => {
  const { version, balance } = bodyOf(await bank.account(id));
  const events = await allEvents(bank, id);
  expect(balance.amount).toBe(events[version - 1]?.data.balance?.amount);
};

type Client = Pick<BankClient, 'account' | 'transactions' | 'deposit'>;

/** Asks one instance until it is gone, and from then on the next; what got no answer is asked for again. */
export const goingOnAt = (first: BankClient, next: BankClient): Client => {
  let asked = first;
  const ask = async <Body>(request: (bank: BankClient) => Promise<Reply<Body>>): Promise<Reply<Body>> => {
    const bank = asked;
    try {
      return await request(bank);
    } catch (error) {
      // `fetch` throws this without a connection.
      if (bank === next || !(error instanceof TypeError)) throw error;
      asked = next;
      return request(next);
    }
  };
  return {
    account: (...query) => ask((bank) => bank.account(...query)),
    transactions: (...query) => ask((bank) => bank.transactions(...query)),
    deposit: (...deposit) => ask((bank) => bank.deposit(...deposit)),
  };
};

/**
 * Reads on and on until it is stopped, what is only deposited to; throws on anything but a success, or a version or a
 * balance less than one it has seen.
 */
export const readUntilStopped = (bank: Omit<Client, 'deposit'>, ids: readonly string[]) => {
  let stopped = false;
  let reads = 0;
  const seen = new Map<string, { version: number; balance: number }>();
  const read = async (): Promise<number> => {
    for (let turn = 0; !stopped; turn += 1) {
      const id = ids[turn % ids.length] ?? '';
      const [account, lines] = [bodyOf(await bank.account(id)), bodyOf(await bank.transactions(id, { limit: 1 }))];
      const [line] = lines.items;
      for (const [what, version, balance] of [
        ['account', account.version, Number(account.balance.amount)],
        ['transactions', line?.version ?? 0, Number(line?.balanceAfter.amount ?? 0)],
      ] as const) {
        const before = seen.get(`${what} ${id}`);
        if (before && (version < before.version || balance < before.balance)) {
          throw new Error(`${what} ${id} was at ${JSON.stringify(before)}, and is at ${version} with ${balance}`);
        }
        seen.set(`${what} ${id}`, { version, balance });
      }
      reads += 1;
    }
    return reads;
  };
  const reading = read();
  return { stop: () => ((stopped = true), reading) };
};

/** Deposits on and on until it is stopped; throws on anything but a success. */
export const writeUntilStopped = (bank: Pick<Client, 'deposit'>, ids: readonly string[]) => {
  let stopped = false;
  const acknowledged: Moved[] = [];
  const write = async (): Promise<void> => {
    for (let turn = 0; !stopped; turn += 1) {
      const headers = { 'idempotency-key': randomUUID() };
      acknowledged.push(bodyOf(await bank.deposit(ids[turn % ids.length] ?? '', '1', {}, headers)));
      await sleep(5);
    }
  };
  const writing = write();
  return { acknowledged, stop: () => ((stopped = true), writing) };
};

/** A view's alias as the app has stored it. */
export const storedAlias = async (database: Database, view: string): Promise<Alias | undefined> => {
  type Stored = { readonly views: Readonly<Record<string, Alias>> };
  return (await database.container('aliases').item('views', 'views').read<Stored>()).resource?.views[view];
};
