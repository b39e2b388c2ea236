import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { cosmosChangeFeed } from '../../adapters/cosmos/changeFeed.ts';
import { cosmosCheckpoints } from '../../adapters/cosmos/checkpoints.ts';
import { openDatabase, type CosmosDatabase } from '../../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosJobs } from '../../adapters/cosmos/jobs.ts';
import type { ChangeFeed } from '../../application/changeFeed.ts';
import { beginReplay, runReplays } from '../../application/jobs/replay.ts';
import { createStreamer } from '../../application/streaming/streamer.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { cosmosWithFaults } from '../support/cosmos.ts';
import { rangeOf } from '../local/cosmos/partitions/partitioned.ts';
import topology from '../../infra/topology.json' with { type: 'json' };

const clock = { now: () => Date.now() };
const pageSize = 2;
const instances: CosmosDatabase[] = [];
afterEach(() => {
  for (const instance of instances.splice(0)) instance.close();
});

const idIn = (range: string): string => {
  for (;;) {
    const id = randomUUID();
    if (rangeOf(id) === range) return id;
  }
};

/**
 * Three partitions: the first has nothing, the second has more than the third. An instance reads them in small pages, and the second
 * partition splits once the instance has read what the third has.
 */
const splitWhileRead = async () => {
  const { database: writer, connection, faults } = await cosmosWithFaults(3);
  const store = cosmosEventStore(writer.container('events'));
  const [longer, shorter] = [idIn('1'), idIn('2')];
  const append = async (id: string, count: number) => {
    for (let before = 0; before < count; before += 1) {
      const commit = commitOf('account', id, before, [before === 0 ? opened() : deposited(1, before)]);
      await store.append([commit], { state: {}, stateVersion: 1 });
    }
  };
  await append(longer, 7);
  await append(shorter, 1);
  const database = openDatabase(connection, topology.cosmos);
  instances.push(database);
  let pages = 0;
  const stored = cosmosChangeFeed(database.container('events'));
  const changeFeed: ChangeFeed = {
    async read(position) {
      if ((pages += 1) === 3) await faults.split('events', '1');
      return stored.read(position, pageSize);
    },
  };
  const wanted = [...Array.from({ length: 7 }, (_, index) => `${longer}:${index + 1}`), `${shorter}:1`];
  return { database, store, changeFeed, wanted, pages: () => pages };
};

describe('a split in the middle of the feed', () => {
  it('leaves out nothing of a replay', async () => {
    const { database, store, changeFeed, wanted, pages } = await splitWhileRead();
    const sent: string[] = [];
    const options = {
      ...{ eventStore: store, changeFeed, jobs: cosmosJobs(database.container('operations'), clock), clock },
      ...{ log: () => undefined, wait: () => Promise.resolve(), newId: randomUUID },
      send: (_: unknown, events: readonly { readonly id: string }[]) => {
        sent.push(...events.map(({ id }) => id));
        return Promise.resolve({ unsent: 0 });
      },
    };
    const jobId = await beginReplay(options, 'accounts', { from: new Date(0).toISOString(), eventsPerSecond: 1e6 });
    await runReplays(options, clock.now() + 20_000);
    expect(pages()).toBeGreaterThan(3);
    expect(await options.jobs.load(jobId ?? '')).toMatchObject({ status: 'succeeded', done: wanted.length });
    expect(sent.toSorted()).toEqual(wanted.toSorted());
  });

  it('leaves out nothing of a run of a stream', async () => {
    const { database, changeFeed, wanted } = await splitWhileRead();
    const sent: string[] = [];
    const streamer = createStreamer({
      ...{ name: 'stream', changeFeed, checkpoints: cosmosCheckpoints(database.container('checkpoints')), clock },
      stream: {
        append(events) {
          sent.push(...events.map(({ id }) => id));
          return Promise.resolve([]);
        },
      },
      parking: { park: () => expect.unreachable('All can be sent'), count: () => Promise.resolve(0) },
      ...{ positionInFeed: String, log: () => undefined, holder: 'a' },
    });
    await streamer.run(clock.now() + 20_000);
    expect(sent.toSorted()).toEqual(wanted.toSorted());
  });
});
