import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { allEvents, allPages, bodyOf, type BankClient, type Reply } from './e2eBank.ts';
import { eventually } from './e2eEventually.ts';

export type Operation = {
  readonly operationId: string;
  readonly status: 'running' | 'succeeded' | 'failed';
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
  const reply = (await bank.request(`/api/ops/projections/${name}/${action}${query}`, { method: 'POST' })) as Reply<{
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
  const minor = Number(last?.data.balance ?? 0);
  await eventually(async () => {
    const { headers, body } = await bank.account(id);
    return [headers.get('daybook-source'), body.version, body.balance.amount];
  }, 20_000).toEqual(['view', events.length, (minor / 100).toFixed(2)]);
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

/** Reads on and on until it is stopped; throws on anything but a success, or a version older than one it has seen. */
export const readUntilStopped = (bank: Pick<BankClient, 'account' | 'transactions'>, ids: readonly string[]) => {
  let stopped = false;
  let reads = 0;
  const seen = new Map<string, number>();
  const read = async (): Promise<number> => {
    for (let turn = 0; !stopped; turn += 1) {
      const id = ids[turn % ids.length] ?? '';
      const [account, lines] = [bodyOf(await bank.account(id)), bodyOf(await bank.transactions(id, { limit: 1 }))];
      for (const [what, version] of [
        ['account', account.version],
        ['transactions', lines.items[0]?.version ?? 0],
      ] as const) {
        const before = seen.get(`${what} ${id}`) ?? 0;
        if (version < before) throw new Error(`${what} ${id} was at ${before}, and is at ${version}`);
        seen.set(`${what} ${id}`, version);
      }
      reads += 1;
    }
    return reads;
  };
  const reading = read();
  return { stop: () => ((stopped = true), reading) };
};

/** Deposits on and on until it is stopped. */
export const writeUntilStopped = (bank: BankClient, ids: readonly string[]) => {
  let stopped = false;
  const write = async (): Promise<void> => {
    for (let turn = 0; !stopped; turn += 1) {
      bodyOf(await bank.deposit(ids[turn % ids.length] ?? '', '1'));
      await sleep(5);
    }
  };
  const writing = write();
  return { stop: () => ((stopped = true), writing) };
};
