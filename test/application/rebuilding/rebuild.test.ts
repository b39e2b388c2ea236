import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosJobs } from '../../../adapters/cosmos/jobs.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { fedBy, inState, type Alias } from '../../../application/views/alias.ts';
import { createGenerations } from '../../../application/views/generations.ts';
import { aliasesInMemory } from '../../support/generations.ts';
import { viewHandler } from '../../support/listening.ts';
import { createProjector } from '../../../application/views/projector.ts';
import { requestCancellation, type Jobs } from '../../../application/jobs/jobs.ts';
import { maximumGroup } from '../../../application/eventStore.ts';
import { runStep } from '../../../application/rebuilding/rebuild.ts';
import { failRebuild, type RebuildStep } from '../../../application/rebuilding/rebuildJob.ts';
import { flipBack, rebuild, superviseViews } from '../../../application/rebuilding/superviseViews.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import { generationName, type View } from '../../../eventSourcing/view.ts';
import { accounts } from '../../../projections/accounts.ts';
import { customers } from '../../../projections/customers.ts';
import { transactions } from '../../../projections/transactions.ts';
import { commitOf, created, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const store = cosmosEventStore(containerOf('events'));
const history = historyOf(store);
const rows = cosmosRows(containerOf);

/** Long after anybody could go by an older alias. */
const later = 60_000;
const day = 24 * 3_600_000;

/**
 * A view of this test's own, which shares nothing but the event store with those of others, and programs that work on it,
 * each with the code of one version. Its rows lie among those of the view that it is made of.
 */
const viewOf = async (base: View, isNew = false) => {
  const aliases = aliasesInMemory();
  const unique = 1 + Math.floor(Math.random() * 1e9);
  const first: View = { ...base, version: unique };
  const steps: RebuildStep[] = [];
  const waits: number[] = [];
  let now = Date.now();
  const clock = { now: () => now };
  const jobs = cosmosJobs(containerOf('operations'), clock);

  /** A program that has this version, with caches of its own. */
  const program = (view: View) => {
    const generations = createGenerations({
      aliases,
      eventStore: { isEmpty: () => Promise.resolve(!isNew) },
      subscriptionOf: ({ name }) => name,
      clock,
    });
    const pause = (attempt: number) => sleep(attempt * Math.random());
    const projector = createProjector(rows, history, pause);
    const options = {
      eventStore: store,
      history,
      projector,
      generations,
      jobs,
      views: [view],
      sendStep: (step: RebuildStep) => Promise.resolve(void steps.push(step)),
      meter,
      clock,
      wait: (ms: number) => {
        waits.push(Math.max(0, ms));
        now += Math.max(0, ms);
        return Promise.resolve();
      },
      log: () => undefined,
      newId: randomUUID,
      rows,
    };
    const handle = viewHandler({
      projector,
      generations,
      parking: { park: (_, { reason }) => expect.unreachable(reason) },
      clock,
      log: () => undefined,
      pause,
      patienceMs: 0,
      aheadPatienceMs: 0,
    });
    return {
      options,
      generations,
      rebuild: (requestUnitsPerSecond?: number) => rebuild(options, view, requestUnitsPerSecond),
      flipBack: () => flipBack(options, view),
      supervise: () => superviseViews(options, now + later),
      fail: (jobId: string) => failRebuild(options, jobId, 'poisoned'),
      alias: () => generations.current(view),
      /** Every message of these commits. */
      receive: (...commits: readonly Commit[]) =>
        handle(
          view,
          commits.flatMap(messagesOf).map((event) => ({ messageId: event.id, body: event })),
        ),
      /** Works on the steps that wait; `most` of them at most. */
      work: async (most = Infinity) => {
        for (let done = 0; steps.length > 0 && done < most; done += 1) {
          const step = steps.shift();
          if (step) await runStep(options, step);
          now += later;
        }
      },
      load: async (key: string) => {
        const generation = await generations.answering(view);
        return rows.load(generation, key);
      },
    };
  };
  const begun = program(first);
  await begun.alias();
  return { first, program, begun, steps, waits, jobs, pass: (ms: number) => (now += ms) };
};
const raisedTo = (first: View, changes: Partial<View> = {}): View => ({
  ...first,
  version: first.version + 1,
  former: first,
  ...changes,
});

const append = async (...commits: readonly Commit[]) => {
  for (const commit of commits) {
    const result = await store.append([commit], { state: {}, stateVersion: 1 });
    if (result.outcome !== 'appended') throw new Error(result.outcome);
  }
  return commits;
};
const storeAccount = (id: string, customerId: string, deposits: number) =>
  append(
    commitOf('account', id, 0, [opened(customerId)]),
    ...Array.from({ length: deposits }, (_, index) =>
      commitOf('account', id, index + 1, [deposited(1, index + 1, customerId)]),
    ),
  );
const next = (id: string, before: number, customerId: string) =>
  append(commitOf('account', id, before, [deposited(1, before, customerId)]));

const typed = (view: unknown) => view as View;
const statesOf = ({ generations }: Alias) => generations.map(({ state }) => state);
const times = (row: unknown, factor: number) => {
  const { balance, ...others } = row as { balance: number };
  return { ...others, balance: balance * factor };
};
const doubled = (row: unknown) => times(row, 2);

/** Dies where a job would succeed. */
const dyingAtTheEnd = (jobs: Jobs): Jobs => ({
  ...jobs,
  update: (jobId, change) =>
    jobs.update(jobId, (job) => {
      const changes = change(job);
      if (changes?.status === 'succeeded') throw new Error('died');
      return changes;
    }),
});

describe('the supervision of the views', () => {
  it('reads the aliases of all views once', async () => {
    const view = await viewOf(typed(accounts));
    const { generations } = view.begun.options;
    let reads = 0;
    const counting = {
      ...generations,
      all: (...asked: Parameters<typeof generations.all>) => ((reads += 1), generations.all(...asked)),
      current: () => expect.unreachable('Nobody reads one alias alone'),
    };
    await view.begun.supervise();
    await superviseViews({ ...view.begun.options, generations: counting }, Date.now() + 60_000);
    expect(reads).toBe(1);
  });
});

describe('a rebuild', () => {
  it('builds every row beside the live ones, and then lets them answer', async () => {
    const view = await viewOf(typed(accounts));
    const [id, customerId] = [randomUUID(), randomUUID()];
    const history = await storeAccount(id, customerId, 3);
    await view.begun.receive(...history);
    const before = await view.begun.load(id);
    const jobId = await view.begun.rebuild();
    expect(statesOf(await view.begun.alias())).toEqual(['live', 'building']);
    await view.begun.work();
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'succeeded', subject: 'accounts' });
    const job = await view.jobs.load(jobId);
    expect(job?.done).toBe(job?.total);
    expect(statesOf(await view.begun.alias())).toEqual(['retired', 'live']);
    expect(await view.begun.load(id)).toEqual({ ...before, etag: expect.any(String) as string });
  });

  it('asked for while one is under way is that one', async () => {
    const view = await viewOf(typed(accounts));
    const jobId = await view.begun.rebuild();
    expect(await view.begun.rebuild()).toBe(jobId);
    await view.begun.work();
    expect(await view.begun.rebuild()).not.toBe(jobId);
  });

  it('has what was written during it, of aggregates old and new, whenever that was', async () => {
    const view = await viewOf(typed(customers));
    const [old, fresh, customerId] = [randomUUID(), randomUUID(), randomUUID()];
    await view.begun.receive(...(await append(commitOf('customer', customerId, 0, [created]))));
    await view.begun.receive(...(await storeAccount(old, customerId, 2)));
    await view.begun.rebuild();
    await view.begun.receive(...(await next(old, 3, customerId)));
    await view.begun.work(3);
    await view.begun.receive(...(await storeAccount(fresh, customerId, 1)));
    await view.begun.work();
    await view.begun.receive(...(await next(fresh, 2, customerId)));
    expect(await view.begun.load(customerId)).toMatchObject({
      positions: { [customerId]: 1, [old]: 4, [fresh]: 3 },
      row: { accounts: { [old]: { version: 4 }, [fresh]: { version: 3 } } },
    });
  });

  it('bears steps that come twice, and late', async () => {
    const view = await viewOf(typed(transactions));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 120)));
    const before = await view.begun.load(id);
    const jobId = await view.begun.rebuild();
    const seen: RebuildStep[] = [];
    while (view.steps.length > 0) {
      seen.push(...view.steps);
      if (seen.length < 100) view.steps.push(...view.steps);
      await view.begun.work(2);
    }
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'succeeded' });
    view.steps.push(...seen);
    await view.begun.work();
    expect(statesOf(await view.begun.alias())).toEqual(['retired', 'live']);
    expect(await view.begun.load(id)).toMatchObject({ positions: before?.positions });
  });

  it('spends no more units than it may, in steps that are short and never silent, also on a long history', async () => {
    const view = await viewOf(typed(transactions));
    const [id, customerId, events] = [randomUUID(), randomUUID(), 400];
    await storeAccount(id, customerId, events - 1);
    const jobId = await view.begun.rebuild(100);
    const ofSteps: number[] = [];
    while (view.steps.length > 0) {
      await view.begun.work(1);
      ofSteps.push(view.waits.splice(0).reduce((sum, ms) => (expect(ms).toBeLessThan(10_000), sum + ms), 0));
    }
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'succeeded' });
    expect(Math.max(...ofSteps)).toBeLessThan(120_000);
    // A line costs at least five units, and the aggregate's lane has a quarter of the hundred.
    expect(ofSteps.reduce((sum, ms) => sum + ms) / 1_000).toBeGreaterThan((events * 5) / 25);
  });

  it('whose steps are lost goes on where it was', async () => {
    const view = await viewOf(typed(accounts));
    const jobId = await view.begun.rebuild();
    await view.begun.work(3);
    view.steps.length = 0;
    view.pass(later);
    await view.begun.supervise();
    await view.begun.work();
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'succeeded' });
  });

  it('that was poisoned has failed, its rows are cleared, and it can be started again', async () => {
    const view = await viewOf(typed(accounts));
    const jobId = await view.begun.rebuild();
    await view.begun.work(2);
    await view.begun.fail(jobId);
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'failed', reason: 'poisoned' });
    expect(statesOf(await view.begun.alias())).toEqual(['live', 'clearing']);
    await view.begun.work();
    await view.begun.supervise();
    expect(view.steps).toEqual([]);
    const again = await view.begun.rebuild();
    await view.begun.work();
    expect(await view.jobs.load(again)).toMatchObject({ status: 'succeeded' });
  });

  it('that is asked to end does so before its next step: its rows are cleared, and it can be started again', async () => {
    const view = await viewOf(typed(accounts));
    const jobId = await view.begun.rebuild();
    await view.begun.work(2);
    const asked = await requestCancellation(view.jobs, jobId);
    expect(asked).toMatchObject({ status: 'running' });
    await view.begun.work();
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'cancelled', done: asked?.done });
    expect(statesOf(await view.begun.alias())).toEqual(['live', 'clearing']);
    await view.begun.supervise();
    expect(view.steps).toEqual([]);
    const again = await view.begun.rebuild();
    await view.begun.work();
    expect(await view.jobs.load(again)).toMatchObject({ status: 'succeeded' });
  });

  it('that has gone live already is not cancelled', async () => {
    const view = await viewOf(typed(accounts));
    const jobId = await view.begun.rebuild();
    // The moment after the flip, and before anybody has noted it.
    const dying = { ...view.begun.options, jobs: dyingAtTheEnd(view.jobs) };
    const work = async () => {
      for (let step; (step = view.steps.shift()); view.pass(later)) await runStep(dying, step);
    };
    await expect(work()).rejects.toThrow('died');
    await requestCancellation(view.jobs, jobId);
    await runStep(view.begun.options, { jobId });
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'succeeded', cancelRequested: true });
    expect(statesOf(await view.begun.alias())).toEqual(['retired', 'live']);
  });

  it.each([
    ['first', 1],
    ['second', 2],
  ])('is not stopped by an aggregate that has lost its %s commit', async (_, lost) => {
    const view = await viewOf(typed(accounts));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await storeAccount(id, customerId, 2);
    await containerOf('events').item(String(lost).padStart(12, '0'), id).delete();
    const jobId = await view.begun.rebuild();
    await view.begun.work();
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'succeeded' });
  });

  it('goes on within a long history where the time of a step was over, and counts its events once', async () => {
    const view = await viewOf(typed(accounts));
    const first = await view.begun.rebuild();
    await view.begun.work();
    const before = (await view.jobs.load(first))?.done ?? NaN;

    const [id, customerId, events] = [randomUUID(), randomUUID(), 1_300];
    for (let version = 0; version < events; version += maximumGroup) {
      const group = Array.from({ length: maximumGroup }, (_, index) => version + index).map((at) =>
        commitOf('account', id, at, [at === 0 ? opened(customerId) : deposited(1, at, customerId)]),
      );
      await store.append(group, { state: {}, stateVersion: 1 });
    }
    const { projector } = view.begun.options;
    let folds = 0;
    const slow = {
      ...projector,
      apply: (...[generation, key, page]: Parameters<typeof projector.apply>) => {
        // The first page of a step tells the row; the time of the step is over with the second.
        if (key === id && (folds += 1) % 2 === 0) view.pass(later);
        return projector.apply(generation, key, page);
      },
    };
    const jobId = await view.begun.rebuild();
    for (let step; (step = view.steps.shift()); view.pass(later)) {
      await runStep({ ...view.begun.options, projector: slow }, step);
    }
    const done = before + events;
    expect(await view.jobs.load(jobId)).toMatchObject({ status: 'succeeded', done, total: done });
    expect(await view.begun.load(id)).toMatchObject({ positions: { [id]: events } });
    expect(folds).toBe(4);
  });

  it('fails with the reason where it cannot show what the live view shows, which goes on', async () => {
    const view = await viewOf(typed(accounts));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 2)));
    const evolve: View['evolve'] = (row, event) => {
      if (event.aggregateId === id && event.version === 3) throw new Error('no');
      return view.first.evolve(row, event);
    };
    const second = view.program(raisedTo(view.first, { evolve }));
    await second.supervise();
    const jobId = inState(await second.alias(), 'building')?.jobId ?? '';
    await second.work();
    expect(await view.jobs.load(jobId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(`${id}:3: no`) as string,
    });
    await second.receive(...(await next(id, 3, customerId)));
    expect(await second.load(id)).toMatchObject({ positions: { [id]: 4 } });
    // It is not tried again and again.
    await second.supervise();
    expect(inState(await second.alias(), 'building')).toBeUndefined();
  });
});

describe('a raised version', () => {
  const evolve = (first: View) => (row: unknown, event: Parameters<View['evolve']>[1]) =>
    doubled(first.evolve(row && times(row, 0.5), event));

  it('is built by itself, and answers once it is, while old code answers as before', async () => {
    const view = await viewOf(typed(accounts));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 3)));
    const second = view.program(raisedTo(view.first, { evolve: evolve(view.first) }));
    expect(await second.load(id)).toMatchObject({ row: { balance: 3 } });
    await second.supervise();
    await second.work();
    expect(await second.load(id)).toMatchObject({ row: { balance: 6 } });
    expect(await view.begun.load(id)).toMatchObject({ row: { balance: 3 } });
    // The code of both versions feeds both.
    await second.receive(...(await next(id, 4, customerId)));
    expect(await second.load(id)).toMatchObject({ row: { balance: 8 } });
    expect(await view.begun.load(id)).toMatchObject({ row: { balance: 4 } });
  });

  it('does not go live before it has what old code took', async () => {
    const view = await viewOf(typed(accounts));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 3)));
    const second = view.program(raisedTo(view.first));
    await second.supervise();
    // All aggregates are read; before the flip old code takes what comes then.
    while (view.steps.some(({ lane }) => lane) || !view.steps.length) await second.work(1);
    await second.work(0);
    await view.begun.receive(...(await next(id, 4, customerId)));
    await second.work();
    expect(inState(await second.alias(), 'live')).toMatchObject({ version: view.first.version + 1, missed: false });
    expect(await second.load(id)).toMatchObject({ positions: { [id]: 5 } });
  });

  it('that has missed what old code took after the flip is compared again', async () => {
    const view = await viewOf(typed(accounts));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 3)));
    const second = view.program(raisedTo(view.first));
    await second.supervise();
    await second.work();
    await view.begun.receive(...(await next(id, 4, customerId)));
    expect(await second.load(id)).toMatchObject({ positions: { [id]: 4 } });
    await second.supervise();
    await second.work();
    expect(await view.program(raisedTo(view.first)).load(id)).toMatchObject({ positions: { [id]: 5 } });
    expect(inState(await second.alias(), 'live')).toMatchObject({ missed: false });
  });

  it('of a view that is new in a bank with history is built before it answers', async () => {
    const view = await viewOf(typed(accounts), true);
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 3)));
    await expect(view.begun.load(id)).rejects.toThrow('is being built');
    await view.begun.supervise();
    await view.begun.work();
    expect(await view.begun.load(id)).toMatchObject({ positions: { [id]: 4 } });
  });
});

describe('a flip back', () => {
  it('lets the generation before answer again, with all that came since', async () => {
    const view = await viewOf(typed(accounts));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 1)));
    await view.begun.rebuild();
    await view.begun.work();
    const rebuilt = generationName(await view.begun.generations.answering(view.first));
    await view.begun.receive(...(await next(id, 2, customerId)));
    await view.begun.flipBack();
    await view.begun.work();
    expect(generationName(await view.begun.generations.answering(view.first))).not.toBe(rebuilt);
    expect(await view.begun.load(id)).toMatchObject({ positions: { [id]: 3 } });
    expect(statesOf(await view.begun.alias())).toEqual(['live', 'retired']);
  });

  it('is refused where nothing is kept', async () => {
    const view = await viewOf(typed(accounts));
    expect(await view.begun.flipBack()).toBeUndefined();
  });

  it('from a raised version stays, until somebody asks for that version', async () => {
    const view = await viewOf(typed(accounts));
    const second = view.program(raisedTo(view.first));
    await second.supervise();
    await second.work();
    await second.flipBack();
    await second.work();
    await second.supervise();
    expect(view.steps).toEqual([]);
    expect(inState(await second.alias(), 'live')).toMatchObject({ version: view.first.version });
  });
});

describe('a retired generation', () => {
  it('is kept for a day, and then its rows are deleted, and it is fed no more', async () => {
    const view = await viewOf(typed(transactions));
    const [id, customerId] = [randomUUID(), randomUUID()];
    await view.begun.receive(...(await storeAccount(id, customerId, 3)));
    const old = await view.begun.generations.answering(view.first);
    await view.begun.rebuild();
    await view.begun.work();
    await view.begun.supervise();
    expect(await rows.load(old, id)).toBeDefined();
    view.pass(day + later);
    await view.begun.supervise();
    expect(await rows.load(old, id)).toBeUndefined();
    expect(fedBy(view.first, await view.begun.alias()).fed).toHaveLength(1);
    // Somebody who is late may still write to it.
    view.pass(later);
    await view.begun.supervise();
    expect(statesOf(await view.begun.alias())).toEqual(['clearing', 'live']);
    view.pass(10 * later);
    await view.begun.supervise();
    expect(statesOf(await view.begun.alias())).toEqual(['live']);
    expect(await view.begun.load(id)).toMatchObject({ positions: { [id]: 4 } });
  });
});
