import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase } from '../../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosJobs } from '../../adapters/cosmos/jobs.ts';
import { cosmosParking } from '../../adapters/cosmos/parking.ts';
import { cosmosGaps } from '../../adapters/cosmos/views/gaps.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { cosmosSearches } from '../../adapters/cosmos/views/searches.ts';
import type { Generation } from '../../eventSourcing/view.ts';
import { commitOf, opened } from '../support/bank.ts';
import { cosmosWithFaults } from '../support/cosmos.ts';
import topology from '../../infra/topology.json' with { type: 'json' };

const { connection, database: writer, faults } = await cosmosWithFaults(3);
const clock = { now: () => Date.now() };
const accounts: Generation<{ balance: number }> = {
  ...{ name: 'accounts', version: 1, build: 1, follows: ['account'] },
  rowOf: ({ aggregateId }) => aggregateId,
  row: z.object({ balance: z.number() }),
  evolve: () => ({ balance: 0 }),
};
const many = Array.from({ length: 9 }, () => randomUUID());

/** What an instance finds that neither writes many items at once nor reads a feed. */
const reader = () => {
  const database = openDatabase(connection, topology.cosmos);
  const containerOf = (name: string) => database.container(name);
  const [rows, searches] = [cosmosRows(containerOf), cosmosSearches(containerOf)];
  const jobs = cosmosJobs(containerOf('operations'), clock);
  const store = cosmosEventStore(containerOf('events'));
  return {
    rows: async () =>
      (await searches.rows(accounts, { orderBy: [['key', 'ascending']], limit: 50, after: undefined })).items.map(
        ({ key }) => key,
      ),
    countedRows: () => rows.count(accounts),
    parked: async () => (await cosmosParking(containerOf('parked'), clock).list(undefined, 50)).length,
    jobs: async () => (await jobs.list(50)).items.length,
    running: async () => (await jobs.running('replay')).length,
    gaps: async () => (await cosmosGaps(containerOf('gaps')).list()).length,
    commits: () => store.countCommits(),
    isEmpty: () => store.isEmpty(),
    clear: () => rows.clear(accounts),
    close: () => database.close(),
  };
};

const containerOf = (name: string) => writer.container(name);
for (const [index, id] of many.entries()) {
  await cosmosRows(containerOf).store(accounts, id, { row: { balance: index }, positions: { [id]: 1 } }, [], undefined);
  await cosmosParking(containerOf('parked'), clock).park(id, { messageId: id, reason: 'no', body: 'poison' });
  const job = { jobId: id, kind: 'replay', subject: 'accounts', status: 'running', done: 0, total: 1 } as const;
  await cosmosJobs(containerOf('operations'), clock).begin(job);
  const gap = { view: id, aggregateId: id, position: 1, version: 2, since: new Date().toISOString() };
  await cosmosGaps(containerOf('gaps')).record(gap);
  await cosmosEventStore(containerOf('events')).append([commitOf('account', id, 0, [opened()])], {
    ...{ state: {}, stateVersion: 1 },
  });
}

describe('an instance that only lists', () => {
  it('finds everything after splits, too', async () => {
    const { close, clear, ...lists } = reader();
    const look = async () => Promise.all(Object.entries(lists).map(async ([name, list]) => [name, await list()]));
    const before = await look();
    expect(Object.fromEntries(before)).toMatchObject({
      ...{ rows: many.toSorted(), countedRows: 9, parked: 9, jobs: 9, running: 9 },
      ...{ gaps: 9, commits: 9, isEmpty: false },
    });
    for (const container of ['accounts', 'parked', 'operations', 'gaps', 'events']) {
      for (const range of ['0', '1', '2']) await faults.split(container, range);
    }
    expect(await look()).toEqual(before);
    expect(await look()).toEqual(before);
    await faults.split('accounts', '3');
    expect([await clear(), await lists.countedRows()]).toEqual([9, 0]);
    close();
  });
});
