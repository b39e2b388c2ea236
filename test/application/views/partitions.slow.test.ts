import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosAliases } from '../../../adapters/cosmos/views/aliases.ts';
import { cosmosJobs } from '../../../adapters/cosmos/jobs.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { runStep } from '../../../application/rebuilding/rebuild.ts';
import type { RebuildStep } from '../../../application/rebuilding/rebuildJob.ts';
import { rebuild } from '../../../application/rebuilding/superviseViews.ts';
import { createGenerations } from '../../../application/views/generations.ts';
import { accounts as accountsView } from '../../../projections/accounts.ts';
import { minute, reconcilerForTests } from '../../support/reconciling.ts';

const reconciler = await reconcilerForTests(3);
const { account, changeFeed, checkpoints, containerOf, deposit, append, positionOf, rows, run } = reconciler;

const count = 45;
const begin = async () => {
  const begun = [];
  for (let at = 0; at < count; at += 15) begun.push(...(await Promise.all(Array.from({ length: 15 }, account))));
  return begun;
};
const positionsOf = async (ids: readonly string[]) => new Set(await Promise.all(ids.map(positionOf)));

describe('with three partitions, of which one is split meanwhile', () => {
  it('the reconciler compares every commit, though the feed lags', async () => {
    const begun = await begin();
    let reads = 0;
    const splitting: typeof changeFeed = {
      async read(position) {
        reads += 1;
        if (reads === 2) await reconciler.faults.split('events', '1');
        const page = await changeFeed.read(position);
        // The feed ends before the commits that come late to it.
        return reads % 3 === 0 && typeof position === 'string' ? { commits: [], position, end: true } : page;
      },
    };
    for (let runs = 0; runs < 4; runs += 1) await run(minute, { changeFeed: splitting });
    expect(await positionsOf(begun.map(({ id }) => id))).toEqual(new Set([2]));

    // At once, for they have to be recent still when they are compared.
    await Promise.all(begun.map(({ id, customerId }) => append(deposit(id, 2, customerId))));
    await run(0);
    expect(await positionsOf(begun.map(({ id }) => id))).toEqual(new Set([2]));
    const kept = JSON.parse((await checkpoints.load('reconciler'))?.position ?? '') as object;
    expect(kept).toMatchObject({ undecided: { length: count } });
    await run();
    expect(await positionsOf(begun.map(({ id }) => id))).toEqual(new Set([3]));
  });

  it('a rebuild reads every aggregate to its end', async () => {
    const begun = await begin();
    const clock = { now: () => Date.now() };
    const { eventStore, history, projector } = reconciler;
    const steps: RebuildStep[] = [];
    const aliases = cosmosAliases(containerOf('aliases'));
    const options = {
      ...{ eventStore, history, projector, rows, meter, clock },
      generations: createGenerations({
        aliases,
        eventStore: { isEmpty: () => Promise.resolve(false) },
        subscriptionOf: () => 'views',
        clock,
      }),
      jobs: cosmosJobs(containerOf('operations'), clock),
      views: [accountsView],
      sendStep: (step: RebuildStep, delayMs = 0) => {
        if (delayMs === 0) steps.push(step);
        return Promise.resolve();
      },
      wait: () => Promise.resolve(),
      log: () => undefined,
      newId: randomUUID,
    };
    let lists = 0;
    const splitting = {
      ...options,
      eventStore: {
        ...eventStore,
        async listAggregates(continuation: string | undefined) {
          lists += 1;
          if (lists === 3) await reconciler.faults.split('events', '2');
          return eventStore.listAggregates(continuation);
        },
      },
    };
    const jobId = await rebuild(splitting, accountsView);
    for (let step; (step = steps.shift());) await runStep(splitting, step);
    expect(lists).toBeGreaterThan(3);
    const built = { ...accountsView, build: 1 };
    const positions = await Promise.all(begun.map(async ({ id }) => (await rows.load(built, id))?.positions[id]));
    expect(new Set(positions)).toEqual(new Set([2]));
    // The other accounts are at version 3; the last step waits for those who query by an older alias.
    expect(await options.jobs.load(jobId)).toMatchObject({ done: 5 * count });
  });
});
