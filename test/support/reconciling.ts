import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { cosmosChangeFeed } from '../../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../../adapters/cosmos/checkpoints.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosGaps } from '../../adapters/cosmos/views/gaps.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { cosmosStandings } from '../../adapters/cosmos/views/standings.ts';
import { boundedCache } from '../../application/boundedCache.ts';
import { createCatchUp } from '../../application/views/catchUp.ts';
import { createProjector } from '../../application/views/projector.ts';
import { presentGaps, reconcile, type ReconcilerOptions } from '../../application/views/reconciler.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { accounts as accountsView } from '../../projections/accounts.ts';
import { customers as customersView } from '../../projections/customers.ts';
import { views } from '../../projections/registry.ts';
import { commitOf, deposited, opened } from './bank.ts';
import { cosmosWithFaults } from './cosmos.ts';
import { firstBuild, liveAsCoded } from './generations.ts';
import { historyOf } from './history.ts';

export const minute = 60_000;

/** A reconciler of the bank's views on a Cosmos DB of the calling test file's own, and what its tests do to it. */
export const reconcilerForTests = async (partitions?: number) => {
  const { database, faults } = await cosmosWithFaults(partitions);
  const containerOf = (name: string) => database.container(name);
  const eventStore = cosmosEventStore(containerOf('events'));
  const history = historyOf(eventStore);
  const rows = cosmosRows(containerOf);
  const gaps = cosmosGaps(containerOf('gaps'));
  const standings = cosmosStandings(containerOf('checkpoints'));
  const checkpoints = cosmosCheckpoints(containerOf('checkpoints'));
  const changeFeed = cosmosChangeFeed(containerOf('events'));
  const projector = createProjector(rows, history, () => Promise.resolve());
  const generations = liveAsCoded();
  const accounts = firstBuild(accountsView);
  const customers = firstBuild(customersView);
  const catchUp = createCatchUp({ history, projector, generations });

  /** Some time after everything that a test has written. */
  const later = (ms: number) => ({ now: () => Date.now() + ms });
  const run = (ms = minute, changes: Partial<ReconcilerOptions> = {}) => {
    const clock = later(ms);
    const options = {
      ...{ views, eventStore, history, changeFeed, projector, generations, catchUp },
      ...{ rows, checkpoints, gaps, standings, clock },
      inStep: boundedCache<number>(1_000),
      log: () => undefined,
    };
    return reconcile({ ...options, ...changes }, clock.now() + minute);
  };
  const gapsOf = async (id: string, ms = 2 * minute) =>
    (await presentGaps({ gaps, clock: later(ms) })).filter(({ aggregateId }) => aggregateId === id);
  const positionOf = async (id: string) => (await rows.load(accounts, id))?.positions[id];

  const append = async (...commits: readonly Commit[]) => {
    expect(await eventStore.append(commits, { state: {}, stateVersion: 1 })).toEqual({ outcome: 'appended' });
  };
  const now = () => new Date().toISOString();
  /** A commit that has occurred at this moment. */
  const deposit = (id: string, before: number, customerId: string) =>
    commitOf('account', id, before, [deposited(1, before, customerId)], { occurredAt: now() });
  const account = async () => {
    const [id, customerId] = [randomUUID(), randomUUID()];
    const events = [opened(customerId), deposited(1, 1, customerId)];
    const begun = commitOf('account', id, 0, events, { occurredAt: now() });
    await append(begun);
    return { id, customerId, begun };
  };
  const lose = async (id: string, ...versions: readonly number[]) => {
    for (const version of versions) await containerOf('events').item(String(version).padStart(12, '0'), id).delete();
  };
  /** Another reconciler's. */
  const checkpointsApart = (): ReconcilerOptions['checkpoints'] => {
    const prefix = randomUUID();
    return {
      load: (name) => checkpoints.load(prefix + name),
      save: (name, position, etag) => checkpoints.save(prefix + name, position, etag),
    };
  };
  /** Without what is recent: only the pages of all aggregates and of all rows are compared. */
  const unfed = (): Pick<ReconcilerOptions, 'changeFeed' | 'checkpoints'> => ({
    changeFeed: { read: () => Promise.resolve({ commits: [], position: 'end', end: true }) },
    checkpoints: checkpointsApart(),
  });
  /** Runs until a round over all pages is over. */
  const runAround = async () => {
    const changes = unfed();
    for (let count = 0; count < 2 * views.length; count += 1) await run(minute, changes);
  };

  return {
    generations,
    faults,
    containerOf,
    eventStore,
    history,
    rows,
    gaps,
    standings,
    checkpoints,
    changeFeed,
    projector,
    accounts,
    customers,
    run,
    gapsOf,
    positionOf,
    append,
    deposit,
    account,
    lose,
    checkpointsApart,
    unfed,
    runAround,
  };
};
