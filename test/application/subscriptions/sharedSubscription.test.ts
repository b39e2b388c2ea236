import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cosmosChangeFeed } from '../../../adapters/cosmos/changeFeed.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosHandled } from '../../../adapters/cosmos/handled.ts';
import { cosmosJobs } from '../../../adapters/cosmos/jobs.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { serviceBusDeadLetterQueues } from '../../../adapters/serviceBus/deadLetterQueues.ts';
import { beginReplay, runReplays, sendToListeners } from '../../../application/jobs/replay.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import { createDeadLetters } from '../../../application/subscriptions/deadLetters.ts';
import { createOnce } from '../../../application/subscriptions/handled.ts';
import { createMessageHandler } from '../../../application/subscriptions/handleMessages.ts';
import {
  addressOf,
  subscriberListener,
  subscriptionsOf,
  viewListener,
} from '../../../application/subscriptions/listener.ts';
import { createSubscriberRunner } from '../../../application/subscriptions/runSubscriber.ts';
import { defineSubscriber, Unhandleable } from '../../../application/subscriptions/subscriber.ts';
import { createFeeder } from '../../../application/views/feeder.ts';
import { createProjector } from '../../../application/views/projector.ts';
import { account } from '../../../domain/account/account.ts';
import { customer } from '../../../domain/customer/customer.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { accounts } from '../../../projections/accounts.ts';
import { commitOf, created, opened } from '../../support/bank.ts';
import { liveAsCoded } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';
import { nothingAgain, hostSubscription } from '../../support/listening.ts';
import { topologyOf } from '../../support/topologyOf.ts';
import { signatureOf, signatures } from '../../support/signing.ts';
import { busAndCosmosForTests } from '../../support/busAndCosmos.ts';

const maxDeliveryCount = 3;

/** The events that each subscriber handled, and the failure that keeps it from handling more. */
const heard: { lamp: string[]; doorbell: string[] } = { lamp: [], doorbell: [] };
const broken: { lamp?: Error | undefined; doorbell?: Error | undefined } = {};
const act = (name: 'lamp' | 'doorbell', aggregateId: string) => {
  if (broken[name]) throw broken[name];
  heard[name].push(aggregateId);
  return Promise.resolve();
};
const lamp = defineSubscriber({
  name: 'lamp',
  follows: [account],
  subscription: 'home',
  handle: ({ aggregateId }, { once }) => once(() => act('lamp', aggregateId)),
});
const doorbell = defineSubscriber({
  name: 'doorbell',
  follows: [customer, account],
  subscription: 'home',
  handle: ({ aggregateId }, { once }) => once(() => act('doorbell', aggregateId)),
});
const listeners = [viewListener(accounts, 'home'), subscriberListener(lamp), subscriberListener(doorbell)];
const subscriptions = subscriptionsOf(listeners);
const [home] = subscriptions;
if (!home) throw new Error('They share a subscription');

const topology = topologyOf(subscriptions);
for (const topic of topology.serviceBus.topics) {
  for (const subscription of topic.subscriptions) subscription.maxDeliveryCount = maxDeliveryCount;
}
const { broker, database, topic, client } = await busAndCosmosForTests(topology);

const clock = { now: () => Date.now() };
const pause = () => sleep(2);
const containerOf = (name: string) => database.container(name);
const eventStore = cosmosEventStore(containerOf('events'));
const rows = cosmosRows(containerOf);
const parking = cosmosParking(containerOf('parked'), clock);
const handle = createMessageHandler({
  registry: bankRegistry,
  feedViews: createFeeder({
    projector: createProjector(rows, historyOf(eventStore), pause),
    generations: liveAsCoded(),
    clock,
    log: () => undefined,
    pause,
    aheadPatienceMs: 0,
  }),
  runSubscriber: createSubscriberRunner({
    stream: () => Promise.resolve(),
    once: createOnce(cosmosHandled(containerOf('handled'), clock)),
    execute: () => expect.unreachable('Nobody reacts'),
    history: historyOf(eventStore),
    ...nothingAgain,
  }),
  signatures,
  parking,
  clock,
  log: () => undefined,
  pause,
  patienceMs: 50,
});
const deadLetters = createDeadLetters({
  eventStore,
  parking,
  queues: serviceBusDeadLetterQueues(broker, 'bank-events'),
  topic,
  listeners,
  subscriptions: ['home'],
  newId: randomUUID,
  log: () => undefined,
});

/** A batch of messages, as it was handled. */
let batches = 0;
let hosting: ReturnType<typeof hostSubscription>;
beforeEach(() => {
  hosting = hostSubscription(client, home, async (subscription, messages) => {
    if (messages.length > 0) batches += 1;
    await handle(subscription, messages);
  });
});
afterEach(async () => {
  broken.lamp = broken.doorbell = undefined;
  await hosting.stop();
});

const openAccount = async (id: string = randomUUID()): Promise<{ id: string; commit: Commit }> => {
  const commit = commitOf('account', id, 0, [opened()]);
  await eventStore.append([commit], { state: {}, stateVersion: 1 });
  await topic.send(messagesOf(commit));
  return { id, commit };
};
const times = (name: 'lamp' | 'doorbell', id: string) => heard[name].filter((each) => each === id).length;
const timesBoth = (id: string) => () => Promise.resolve([times('lamp', id), times('doorbell', id)]);
const positionOf = async (id: string) => (await rows.load({ ...(accounts as View), build: 1 }, id))?.positions[id] ?? 0;
const parkedFor = async (name: string, id: string) =>
  (await parking.list(name, 1_000)).filter(({ messageId }) => messageId.startsWith(id));
const eventually = <Value>(read: () => Promise<Value>) => expect.poll(read, { interval: 20 });
const lettersOf = async (name: string, id: string) =>
  (await deadLetters.list(name, 1_000)).items.filter(
    ({ messageId, state }) => state === 'deadLettered' && messageId.startsWith(id),
  );
/** Waits until a message that it sends was handled: then no message before it is under way. */
const nothingWaits = async () => {
  const { id } = await openAccount();
  await eventually(timesBoth(id)).toEqual([1, 1]);
};

describe('listeners who share a subscription', () => {
  it('each hear what they follow, once', async () => {
    const { id } = await openAccount();
    const customerId = randomUUID();
    await topic.send(messagesOf(commitOf('customer', customerId, 0, [created])));
    await eventually(timesBoth(id)).toEqual([1, 1]);
    await eventually(timesBoth(customerId)).toEqual([0, 1]);
    await eventually(() => positionOf(id)).toBe(1);
  });

  it('drop what they have had while the batch comes again for one that fails', async () => {
    broken.lamp = new Error('No bulb');
    const { id } = await openAccount();
    await eventually(timesBoth(id)).toEqual([0, 1]);
    await eventually(() => positionOf(id)).toBe(1);
    const before = batches;
    await eventually(() => Promise.resolve(batches)).toBeGreaterThan(before);
    broken.lamp = undefined;
    await eventually(timesBoth(id)).toEqual([1, 1]);
    await nothingWaits();
    expect(await timesBoth(id)()).toEqual([1, 1]);
    expect(await positionOf(id)).toBe(1);
  });
});

describe('an event that this program does not know', () => {
  const sendUnknown = async (aggregate: string) => {
    const [event] = messagesOf(commitOf('account', randomUUID(), 0, [opened()]));
    if (!event) throw new Error('There is an event');
    const body = { ...event, aggregate, type: 'MoneyPrinted' };
    const sender = client.createSender('bank-events');
    await sender.sendMessages({
      messageId: randomUUID(),
      body,
      applicationProperties: { aggregate: 'account', ...signatureOf(body) },
    });
    await sender.close();
    return event.id;
  };
  const parkedBy = (messageId: string) => async () =>
    (await Promise.all(['accounts', 'lamp', 'doorbell'].map((name) => parkedFor(name, messageId)))).map(
      ({ length }) => length,
    );

  it('is parked for each subscriber that follows its kind of aggregate, and for no view', async () => {
    const ofCustomer = await sendUnknown('customer');
    const ofAccount = await sendUnknown('account');
    await eventually(parkedBy(ofAccount)).toEqual([0, 1, 1]);
    await eventually(parkedBy(ofCustomer)).toEqual([0, 0, 1]);
  });

  it('is parked for all subscribers where nobody knows its kind of aggregate', async () => {
    await eventually(parkedBy(await sendUnknown('loan'))).toEqual([0, 1, 1]);
  });
});

describe('a message that one of them can never handle', () => {
  it('is parked for it alone with its reason, and sent again to it alone', async () => {
    broken.lamp = new Unhandleable('There is no lamp');
    const { id } = await openAccount();
    await eventually(() => parkedFor('lamp', id)).toMatchObject([{ listener: 'lamp', reason: 'There is no lamp' }]);
    expect(await parkedFor('doorbell', id)).toEqual([]);
    await eventually(timesBoth(id)).toEqual([0, 1]);

    // Still broken: it is parked as the same message.
    const [before] = await parkedFor('lamp', id);
    expect((await deadLetters.resubmit('lamp')).resubmitted).toBeGreaterThan(0);
    await eventually(() => parkedFor('lamp', id)).toMatchObject([{ id: before?.id, messageId: before?.messageId }]);
    broken.lamp = undefined;
    await deadLetters.resubmit('lamp');
    await eventually(timesBoth(id)).toEqual([1, 1]);
    expect(await parkedFor('lamp', id)).toEqual([]);
  });
});

describe('a copy for one of them', () => {
  it('passes the others by', async () => {
    const commit = commitOf('account', randomUUID(), 0, [opened()]);
    const [event] = messagesOf(commit);
    if (!event) throw new Error('There is an event');
    const copy = { messageId: randomUUID(), event, original: { messageId: event.id } };
    await topic.sendCopies([{ ...copy, ...addressOf(listeners, 'doorbell') }]);
    await eventually(timesBoth(commit.aggregateId)).toEqual([0, 1]);
    await nothingWaits();
    expect(await timesBoth(commit.aggregateId)()).toEqual([0, 1]);
    expect(await positionOf(commit.aggregateId)).toBe(0);
  });

  it('waits, parked, for a listener that this instance does not know', async () => {
    const commit = commitOf('account', randomUUID(), 0, [opened()]);
    const [event] = messagesOf(commit);
    if (!event) throw new Error('There is an event');
    const copy = { messageId: randomUUID(), event, original: { messageId: event.id } };
    await topic.sendCopies([{ ...copy, subscription: 'home', listener: 'fridge' }]);
    await eventually(() => parkedFor('fridge', event.id)).toHaveLength(1);
    expect(await timesBoth(commit.aggregateId)()).toEqual([0, 0]);
  });

  it('is what a replay sends', async () => {
    const commit = commitOf('account', randomUUID(), 0, [opened()]);
    await eventStore.append([commit], { state: {}, stateVersion: 1 });
    const options = {
      eventStore,
      aggregates: bankRegistry.names,
      changeFeed: cosmosChangeFeed(containerOf('events')),
      jobs: cosmosJobs(containerOf('operations'), clock),
      send: sendToListeners(topic, (name) => addressOf(listeners, name)),
      clock,
      log: () => undefined,
      wait: (ms: number) => sleep(ms),
      newId: randomUUID,
    };
    await beginReplay(options, 'lamp', { from: 1, aggregateId: commit.aggregateId, eventsPerSecond: 500 });
    await runReplays(options, clock.now() + 10_000);
    await eventually(timesBoth(commit.aggregateId)).toEqual([1, 0]);
    await nothingWaits();
    expect(await timesBoth(commit.aggregateId)()).toEqual([1, 0]);
  });
});

describe('a dead letter of a shared subscription', () => {
  it('is lost for none of those who share it, whoever resubmits', async () => {
    broken.lamp = broken.doorbell = new Error('A power cut');
    const { id } = await openAccount();
    await eventually(() => lettersOf('lamp', id)).toMatchObject([{ listener: 'subscription:home' }]);
    expect(await lettersOf('doorbell', id)).toHaveLength(1);
    expect(await timesBoth(id)()).toEqual([0, 0]);

    broken.lamp = undefined;
    await deadLetters.resubmit('lamp');
    await eventually(timesBoth(id)).toEqual([1, 0]);
    await eventually(() => lettersOf('doorbell', id)).toHaveLength(1);
    broken.doorbell = undefined;
    await deadLetters.resubmit('doorbell');
    await eventually(timesBoth(id)).toEqual([1, 1]);
    await nothingWaits();
    expect(await timesBoth(id)()).toEqual([1, 1]);
    expect(await lettersOf('lamp', id)).toEqual([]);
  });

  it('stays for one listener alone where it was a copy for that one', async () => {
    const commit = commitOf('account', randomUUID(), 0, [opened()]);
    await eventStore.append([commit], { state: {}, stateVersion: 1 });
    const [event] = messagesOf(commit);
    if (!event) throw new Error('There is an event');
    broken.lamp = new Error('No bulb');
    const copy = { messageId: randomUUID(), event, original: { messageId: event.id } };
    await topic.sendCopies([{ ...copy, ...addressOf(listeners, 'lamp') }]);
    await eventually(() => lettersOf('lamp', commit.aggregateId)).toMatchObject([{ listener: 'lamp' }]);
    broken.lamp = undefined;
    await deadLetters.resubmit('doorbell');
    await eventually(timesBoth(commit.aggregateId)).toEqual([1, 0]);
  });
});
