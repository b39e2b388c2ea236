import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosmosChangeFeed } from '../../../adapters/cosmos/changeFeed.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosJobs } from '../../../adapters/cosmos/jobs.ts';
import { openTopic } from '../../../adapters/serviceBus/topic.ts';
import { requestCancellation } from '../../../application/jobs/jobs.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { addressOf, subscriptionsOf, viewListener } from '../../../application/subscriptions/listener.ts';
import { beginReplay, runReplays, sendToListeners, type ReplayRequest } from '../../../application/jobs/replay.ts';
import type { Copies } from '../../../application/subscriptions/ports.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import { toEmulatorConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { commitOf, created, deposited, opened, withdrawn } from '../../support/bank.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { accounts } from '../../../projections/accounts.ts';
import { customers } from '../../../projections/customers.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { topologyOf } from '../../support/topologyOf.ts';
import { propertiesOf } from '../../support/signing.ts';

const listeners = ([accounts, customers] as readonly unknown[] as readonly View[]).map((view) => viewListener(view));
const { serviceBus } = topologyOf(subscriptionsOf(listeners));
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
const topic = openTopic(broker, propertiesOf, 'bank-events');
const client = new ServiceBusClient(broker.connectionString);
afterAll(async () => {
  await Promise.all([topic.close(), client.close()]);
  await broker.close();
});

const database = await cosmosForTests();
const clock = { now: () => Date.now() };
type SendCopies = Copies['sendCopies'];
const sendingBy = (sendCopies: SendCopies) => sendToListeners({ sendCopies }, (name) => addressOf(listeners, name));
const options = {
  eventStore: cosmosEventStore(database.container('events')),
  changeFeed: cosmosChangeFeed(database.container('events')),
  jobs: cosmosJobs(database.container('operations'), clock),
  send: sendingBy((copies) => topic.sendCopies(copies)),
  clock,
  log: () => undefined,
  wait: (ms: number) => sleep(ms),
  newId: () => randomUUID(),
};

const [customerId, one, other] = [randomUUID(), randomUUID(), randomUUID()];
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const movements = Array.from({ length: 150 }, (_, index) =>
  commitOf('account', one, index + 1, [index % 2 === 0 ? deposited(1, 1) : withdrawn(1, 0)]),
);
const commits: readonly Commit[] = [
  commitOf('customer', customerId, 0, [created]),
  commitOf('account', one, 0, [opened(customerId)]),
  ...movements,
  commitOf('account', other, 0, [opened(customerId), deposited(5, 5)], { occurredAt: at(500) }),
];
beforeAll(async () => {
  for (const commit of commits) {
    const result = await options.eventStore.append([commit], { state: {}, stateVersion: 1 });
    if (result.outcome !== 'appended') throw new Error(result.outcome);
  }
});

const received = async (subscription: string): Promise<string[]> => {
  const receiver = client.createReceiver('bank-events', subscription, { receiveMode: 'receiveAndDelete' });
  const ids: string[] = [];
  for (;;) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 300 });
    if (messages.length === 0) break;
    for (const { body, applicationProperties } of messages) {
      expect(applicationProperties).toMatchObject({ deliverTo: subscription });
      ids.push((body as { id: string }).id);
    }
  }
  await receiver.close();
  return ids;
};
const begin = async (request: Partial<ReplayRequest>) => {
  const asked = { from: at(0), eventsPerSecond: 10_000, ...request };
  return (await beginReplay(options, 'accounts', asked)) ?? '';
};
const replayed = async (request: Partial<ReplayRequest>) => {
  const jobId = await begin(request);
  await runReplays(options, clock.now() + 20_000);
  const ids = await received('accounts');
  expect(await options.jobs.load(jobId)).toMatchObject({
    status: 'succeeded',
    done: ids.length,
    total: ids.length,
  });
  return ids;
};
const eventIds = (id: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${id}:${from + index}`);

describe('a replay', () => {
  it('sends all events since an instant, to one subscription alone, those of one aggregate in order', async () => {
    const ids = await replayed({});
    expect(ids).toHaveLength(commits.length + 1);
    expect(ids.filter((id) => id.startsWith(one))).toEqual(eventIds(one, 1, 151));
    expect(await received('customers')).toEqual([]);
    expect(await replayed({ from: at(500) })).toEqual(eventIds(other, 1, 2));
  });

  it('sends all there are since the first instant that can be named', async () => {
    expect(await replayed({ from: '0000-01-01T00:00:00.000Z' })).toHaveLength(commits.length + 1);
  });

  it('of an aggregate begins at a version', async () => {
    expect(await replayed({ aggregateId: one, from: 3 })).toEqual(eventIds(one, 3, 151));
    expect(await replayed({ aggregateId: other, from: 2 })).toEqual(eventIds(other, 2, 2));
    expect(await replayed({ aggregateId: other, from: 9 })).toEqual([]);
    expect(await replayed({ aggregateId: one, from: at(150) })).toEqual(eventIds(one, 151, 151));
    expect(await begin({ aggregateId: randomUUID(), from: 1 })).toBe('');
  });

  it('leaves out other types', async () => {
    expect((await replayed({ types: ['AccountOpened'] })).sort()).toEqual([`${one}:1`, `${other}:1`].sort());
    expect(await replayed({ types: ['MoneyWithdrawn'], aggregateId: one, from: 1 })).toHaveLength(75);
  });

  it('goes on where it stopped, and what was sent twice arrives once', async () => {
    const jobId = await begin({ aggregateId: one, from: 1 });
    let isSent = false;
    const dying = {
      ...options,
      send: sendingBy((copies) => {
        isSent = true;
        return topic.sendCopies(copies);
      }),
      jobs: {
        ...options.jobs,
        update: (...args: Parameters<typeof options.jobs.update>) =>
          isSent ? Promise.reject(new ServiceUnavailable('Cosmos DB')) : options.jobs.update(...args),
      },
    };
    // It is sent, and nobody notes it.
    await runReplays(dying, clock.now() + 20_000);
    expect(await options.jobs.load(jobId)).toMatchObject({ status: 'running', done: 0 });
    await runReplays(options, clock.now() + 20_000);
    expect(await options.jobs.load(jobId)).toMatchObject({ status: 'succeeded', done: 151 });
    expect(await received('accounts')).toEqual(eventIds(one, 1, 151));
  });

  it('keeps to its rate, over as many runs as that takes', async () => {
    const start = Date.now();
    let now = start;
    const sentAt: number[] = [];
    const paced = {
      ...options,
      clock: { now: () => now },
      wait(ms: number) {
        now += ms;
        return Promise.resolve();
      },
      send: sendingBy((copies) => {
        sentAt.push(now - start);
        return topic.sendCopies(copies);
      }),
    };
    await begin({ aggregateId: one, from: 1, eventsPerSecond: 1 });
    for (let run = 1; run <= 4; run += 1) {
      await runReplays(paced, start + run * 30_000);
      expect(now - start).toBeLessThanOrEqual(run * 30_000);
    }
    // A page has a hundred.
    expect(sentAt).toEqual([0, 100_000]);
    expect(await received('accounts')).toEqual(eventIds(one, 1, 151));
  });

  it('stops when its time is over, a page at a time', async () => {
    let now = Date.now();
    const pages: number[] = [];
    const ticking = {
      ...options,
      clock: { now: () => now },
      send: sendingBy((copies) => {
        pages.push(copies.length);
        now += 1_000;
        return Promise.resolve([]);
      }),
    };
    const jobId = await begin({ aggregateId: one, from: 1 });
    await runReplays(ticking, now + 1);
    expect(await options.jobs.load(jobId)).toMatchObject({ status: 'running', done: 100 });
    await runReplays(ticking, now + 10_000);
    expect(pages).toEqual([100, 51]);
  });

  describe('that is asked to end', () => {
    const cancel = (jobId: string) => requestCancellation(options.jobs, jobId);
    /** Sends to nobody, and does something about it. */
    const sending = (work: () => Promise<unknown>) => {
      const pages: number[] = [];
      const send = sendingBy(async (copies) => {
        pages.push(copies.length);
        await work();
        return [];
      });
      return { pages, options: { ...options, send } };
    };

    it('before it began sends nothing', async () => {
      const jobId = await begin({ aggregateId: one, from: 1 });
      expect(await cancel(jobId)).toMatchObject({ status: 'running', cancelRequested: true });
      await runReplays(options, clock.now() + 20_000);
      expect(await options.jobs.load(jobId)).toMatchObject({ status: 'cancelled', done: 0 });
      expect(await received('accounts')).toEqual([]);
    });

    it('sends the page that is under way, and no other', async () => {
      const jobId = await begin({ aggregateId: one, from: 1 });
      const { pages, options: own } = sending(() => cancel(jobId));
      await runReplays(own, clock.now() + 20_000);
      expect(pages).toEqual([100]);
      expect(await options.jobs.load(jobId)).toMatchObject({ status: 'cancelled', done: 100, total: 151 });
      await runReplays(own, clock.now() + 20_000);
      expect(pages).toEqual([100]);
    });

    it('sends no other page though it waited when it was asked', async () => {
      const jobId = await begin({ aggregateId: one, from: 1, eventsPerSecond: 10 });
      const { pages, options: own } = sending(() => Promise.resolve());
      await runReplays({ ...own, wait: () => cancel(jobId).then(() => undefined) }, clock.now() + 20_000);
      expect(pages).toEqual([100]);
      expect(await options.jobs.load(jobId)).toMatchObject({ status: 'cancelled', done: 100 });
    });

    it('has succeeded if the page that is under way is the last', async () => {
      const jobId = await begin({ aggregateId: other, from: 1 });
      await runReplays(sending(() => cancel(jobId)).options, clock.now() + 20_000);
      expect(await options.jobs.load(jobId)).toMatchObject({ status: 'succeeded', done: 2 });
      // There is nothing to be ended any more.
      const before = await options.jobs.load(jobId);
      expect(await cancel(jobId)).toEqual(before);
    });

    it('stays cancelled where somebody else still works on it', async () => {
      const jobId = await begin({ aggregateId: one, from: 1 });
      const { options: own } = sending(async () => {
        await cancel(jobId);
        await runReplays(options, clock.now() + 20_000);
      });
      await runReplays(own, clock.now() + 20_000);
      expect(await options.jobs.load(jobId)).toMatchObject({ status: 'cancelled', done: 0 });
    });

    it('need not have been there', async () => expect(await cancel(randomUUID())).toBeUndefined());
  });

  it('is not begun for an aggregate that has not begun, or never can', async () => {
    const fenced = randomUUID();
    await options.eventStore.fence(fenced);
    for (const aggregateId of [randomUUID(), fenced]) {
      expect(await beginReplay(options, 'accounts', { aggregateId, from: 1, eventsPerSecond: 1 })).toBeUndefined();
    }
  });

  it('that cannot go on fails, and says so', async () => {
    const jobId = await begin({});
    const changeFeed = { read: () => Promise.reject(new TypeError('no')) };
    await runReplays({ ...options, changeFeed }, clock.now() + 1_000);
    expect(await options.jobs.load(jobId)).toMatchObject({
      status: 'failed',
      reason: expect.any(String) as string,
    });
  });
});
