import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosFeedPages } from '../../../adapters/cosmos/feedPages.ts';
import { cosmosGaps } from '../../../adapters/cosmos/views/gaps.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { createFeed, type FeedAnswer, type FeedRequest } from '../../../application/feed/feed.ts';
import { createFeedGaps } from '../../../application/feed/feedGaps.ts';
import { createTail } from '../../../application/feed/tail.ts';
import { createWaiting } from '../../../application/waiting.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import { commitOf, opened } from '../../support/bank.ts';
import { cosmosWithFaults } from '../../support/cosmos.ts';

const { database, faults } = await cosmosWithFaults();
const events = database.container('events');
const store = cosmosEventStore(events);

/** The feed of one instance. A second passes for those who look when `second` is called. */
const instance = () => {
  const waiting = createWaiting();
  const stored = cosmosFeedPages(events);
  /** How many looks of callers have ended. */
  let looks = 0;
  let failsNext = false;
  const pages: typeof stored = {
    ...stored,
    async read(position, size) {
      const page = await stored.read(position, size);
      if (size < 1_000) looks += 1;
      else if (failsNext) {
        failsNext = false;
        throw new Error('The common look fails');
      }
      return page;
    },
  };
  let seconds: (() => void)[] = [];
  const log = () => undefined;
  const tail = createTail({
    pages,
    wait: (ms, signal) =>
      ms === 1_000
        ? new Promise((resolve) => {
            seconds.push(resolve);
          })
        : meter.wait(ms, signal),
    outside: (work) => {
      work();
    },
    stopping: waiting.stopping,
    log,
  });
  const gaps = createFeedGaps({ gaps: cosmosGaps(database.container('gaps')), log });
  const feed = createFeed({ pages, tail, waiting, gaps, registry: bankRegistry });
  const read = async (request: Partial<FeedRequest> = {}): Promise<FeedAnswer> => {
    const page = await feed({ after: 'now', limit: 50, waitMs: 0, caller: randomUUID(), ...request });
    if (typeof page === 'string') throw new Error(page);
    return page;
  };
  return {
    ...{ read, tail, waiting },
    haveLooked: (times: number) => expect.poll(() => looks).toBe(times),
    failNextLook: () => {
      failsNext = true;
    },
    isLooking: () => expect.poll(() => seconds.length).toBe(1),
    second: () => {
      const passed = seconds;
      seconds = [];
      for (const pass of passed) pass();
    },
  };
};

const append = async (id = randomUUID()) => {
  const commit = commitOf('account', id, 0, [opened()]);
  expect(await store.append([commit], { state: {}, stateVersion: 1 })).toEqual({ outcome: 'appended' });
  return commit;
};
/** How many looks at the change feed some work takes. */
const looksOf = async (work: () => Promise<unknown>) => {
  await faults.clear();
  await faults.inject({ on: { operation: 'changeFeed' }, times: 1_000, fault: { kind: 'delay', ms: 0 } });
  await work();
  const [looks = 0] = await faults.hits();
  await faults.clear();
  return looks;
};
const waitMs = 20_000;

describe('those who wait at the end of the feed', () => {
  it('share one look a second, whatever they ask for, and all hear of what another instance appends', async () => {
    const { read, isLooking, haveLooked, second } = instance();
    const { next } = await read();
    const limits = [1, 2, 3, 4, 5, 6, 7, 8];
    const waiting = limits.map((limit) => read({ after: { position: next }, limit, waitMs }));
    await isLooking();
    // Each looks once, and once more since the common look has begun.
    await haveLooked(2 * limits.length);
    second();
    await isLooking();
    const looks = await looksOf(async () => {
      second();
      await isLooking();
    });
    expect(looks).toBe(1);
    const { aggregateId } = await append();
    second();
    const answers = await Promise.all(waiting);
    for (const { items } of answers) expect(items).toMatchObject([{ aggregateid: aggregateId }]);
  });

  it('hear at once of what their instance appends, and only of what they asked for', async () => {
    const { read, tail, isLooking, haveLooked } = instance();
    const id = randomUUID();
    const waiting = read({ aggregate: id, waitMs });
    await isLooking();
    await haveLooked(1);
    tail.appended([await append()]);
    tail.appended([await append(id)]);
    // No second has passed, and nobody has looked for the other one.
    expect((await waiting).items).toMatchObject([{ aggregateid: id, type: 'AccountOpened' }]);
    await haveLooked(2);
  });

  it('miss nothing that comes between their first look and the common one', async () => {
    const { read, isLooking } = instance();
    const { next } = await read();
    const waiting = read({ after: { position: next }, waitMs });
    const { aggregateId } = await append();
    await Promise.race([isLooking(), waiting]);
    expect((await waiting).items).toMatchObject([{ aggregateid: aggregateId }]);
  });

  it('go on to hear of all after a common look that failed', async () => {
    const { read, isLooking, haveLooked, failNextLook, second } = instance();
    const waiting = read({ waitMs });
    await isLooking();
    await haveLooked(1);
    failNextLook();
    second();
    // They look themselves, and wait again, before the next common look.
    await haveLooked(2);
    await isLooking();
    second();
    await isLooking();
    const { aggregateId } = await append();
    second();
    expect((await waiting).items).toMatchObject([{ aggregateid: aggregateId }]);
  });

  it('get their answer when the time is up, when too many wait, and when the instance stops', async () => {
    const { read, isLooking, waiting } = instance();
    expect(await read({ waitMs: 20 })).toMatchObject({ items: [], more: false, gaveUp: false });
    const stopped = [read({ caller: 'one', waitMs }), read({ caller: 'one', waitMs })];
    await isLooking();
    expect(await read({ caller: 'one', waitMs })).toMatchObject({ items: [], more: false, gaveUp: true });
    waiting.stop();
    for (const answer of await Promise.all([...stopped, read({ caller: 'one', waitMs })])) {
      expect(answer).toMatchObject({ items: [], more: false, gaveUp: false });
    }
  });

  it('fail where the store is away', async () => {
    const { read, isLooking, second } = instance();
    const waiting = read({ waitMs });
    await isLooking();
    await faults.inject({ on: { operation: 'changeFeed' }, times: 1_000, fault: { kind: 'answer', status: 429 } });
    second();
    await expect(waiting).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await faults.clear();
  });
});

describe('a page of the feed', () => {
  it('has events in their newest schema version, and as they are stored where nobody here knows it', async () => {
    const { read } = instance();
    const { next } = await read();
    const id = randomUUID();
    const commit = commitOf('customer', id, 0, [opened()]);
    const former = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' };
    const all = [
      { id: `${id}:1`, version: 1, type: 'CustomerCreated', schemaVersion: 1, data: former },
      { id: `${id}:2`, version: 2, type: 'Unheard', schemaVersion: 9, data: { of: true } },
    ];
    await store.append([{ ...commit, events: all }], { state: {}, stateVersion: 1 });
    expect((await read({ after: { position: next } })).items).toMatchObject([
      { id: `${id}:1`, schemaversion: 2, data: { person: { firstName: 'Ada' } } },
      { id: `${id}:2`, schemaversion: 9, data: { of: true } },
    ]);
  });

  it('may be empty before the end, since filters shorten nothing', async () => {
    const { read } = instance();
    const { next } = await read();
    await append();
    await append();
    const page = await read({ after: { position: next }, limit: 1, type: 'RateSet' });
    expect(page).toMatchObject({ items: [], more: true });
    expect(await read({ after: { position: page.next }, type: 'RateSet' })).toMatchObject({ items: [], more: false });
  });
});
