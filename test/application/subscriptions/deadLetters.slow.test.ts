import { randomUUID } from 'node:crypto';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { serviceBusDeadLetterQueues } from '../../../adapters/serviceBus/deadLetterQueues.ts';
import { toMessage } from '../../../adapters/serviceBus/message.ts';
import { openTopic } from '../../../adapters/serviceBus/topic.ts';
import { subscriptionsOf, viewListener } from '../../../application/subscriptions/listener.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { createDeadLetters } from '../../../application/subscriptions/deadLetters.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { Copies } from '../../../application/subscriptions/ports.ts';
import { messagesOf, type CloudEvent } from '../../../application/publishing/message.ts';
import { toEmulatorConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { accounts } from '../../../projections/accounts.ts';
import { customers } from '../../../projections/customers.ts';
import { commitOf, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { topologyOf } from '../../support/topologyOf.ts';
import { propertiesOf, signatures } from '../../support/signing.ts';

const views = [accounts, customers] as readonly unknown[] as readonly View[];
const listeners = views.map((view) => viewListener(view));
const { serviceBus } = topologyOf(subscriptionsOf(listeners));
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
const realTopic = openTopic(broker, propertiesOf, 'bank-events');
const client = new ServiceBusClient(broker.connectionString);
const sender = client.createSender('bank-events');
afterAll(async () => {
  await Promise.all([realTopic.close(), client.close()]);
  await broker.close();
});

const database = await cosmosForTests();
const parking = cosmosParking(database.container('parked'), { now: () => Date.now() });
const eventStore = cosmosEventStore(database.container('events'));
const options = {
  eventStore,
  parking,
  queues: serviceBusDeadLetterQueues(broker, 'bank-events'),
  topic: realTopic,
  listeners,
  subscriptions: ['customers', 'accounts'],
  newId: randomUUID,
  log: () => undefined,
};
const deadLettersOf = (topic: Copies) => createDeadLetters({ ...options, topic });
const deadLetters = createDeadLetters(options);

const subscription = 'accounts';
const receive = async (from = subscription) => {
  const receiver = client.createReceiver('bank-events', from, { receiveMode: 'receiveAndDelete' });
  const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 200 });
  await receiver.close();
  return messages;
};
/** Sends a message, and has its subscription give up on it. */
const giveUpOn = async (message: ServiceBusMessage) => {
  await sender.sendMessages({
    ...message,
    applicationProperties: { aggregate: 'account', ...message.applicationProperties },
  });
  const receiver = client.createReceiver('bank-events', subscription);
  const [received] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
  if (!received) throw new Error('It did not come');
  await receiver.deadLetterMessage(received, { deadLetterReason: 'tired', deadLetterErrorDescription: 'very' });
  await receiver.close();
};
/** An event that the event store has. */
const newEvent = async (): Promise<CloudEvent> => {
  const commit = commitOf('account', randomUUID(), 0, [opened()]);
  await eventStore.append([commit], { state: {}, stateVersion: 1 });
  const [event] = messagesOf(commit);
  if (!event) throw new Error('There is an event');
  return event;
};
const lettersFor = async (messageId: string) =>
  (await deadLetters.list(subscription, 100)).items.filter((letter) => letter.messageId === messageId);

beforeEach(async () => {
  await deadLetters.resubmit(subscription);
  for (const each of await parking.list(undefined, 100)) await parking.remove(each);
  for (const name of ['customers', 'accounts']) await receive(name);
});

describe('a message that Service Bus gave up on', () => {
  it('shows with its reason, its body and where it came from', async () => {
    const messageId = randomUUID();
    await giveUpOn({ messageId, body: { hello: 'there' } });
    const letter = {
      listener: subscription,
      state: 'deadLettered',
      messageId,
      reason: 'tired',
      description: 'very',
      body: '{"hello":"there"}',
      enqueuedAt: expect.stringMatching(/^20/) as string,
    };
    // Looking at it changes nothing.
    for (let time = 0; time < 2; time += 1) expect(await lettersFor(messageId)).toMatchObject([letter]);
    const all = await deadLetters.list(undefined, 100);
    expect(all.items.filter((each) => each.messageId === messageId)).toHaveLength(1);
    expect(await deadLetters.list('customers', 100)).toEqual({ items: [], next: undefined });
  });

  it('is sent again, to that subscription alone, as a new message that knows its origin, and removed', async () => {
    const event = await newEvent();
    const message = toMessage(event, propertiesOf);
    const messageId = String(message.messageId);
    await giveUpOn({ ...message, applicationProperties: { ...message.applicationProperties } });
    await receive('customers');
    const [before] = await lettersFor(messageId);
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 1, more: false });
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 0, more: false });

    const [copy, ...others] = await receive();
    expect(others).toEqual([]);
    expect(copy?.messageId).not.toBe(messageId);
    expect(copy).toMatchObject({
      body: event,
      contentType: message.contentType,
      applicationProperties: {
        deliverTo: subscription,
        originalMessageId: messageId,
        originalEnqueuedAt: before?.enqueuedAt,
      },
    });
    expect(Object.keys(copy?.applicationProperties ?? {})).not.toContain('aggregate');
    expect(await receive('customers')).toEqual([]);
    expect(await lettersFor(messageId)).toEqual([]);
  });

  it('keeps its first origin, however often it is given up on', async () => {
    const messageId = randomUUID();
    await giveUpOn({ messageId, body: await newEvent() });
    const [first] = await lettersFor(messageId);
    await deadLetters.resubmit(subscription);
    const receiver = client.createReceiver('bank-events', subscription);
    const [again] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
    if (!again) throw new Error('It did not come');
    await receiver.deadLetterMessage(again, { deadLetterReason: 'still tired', deadLetterErrorDescription: '' });
    await receiver.close();
    expect(await lettersFor(messageId)).toMatchObject([{ enqueuedAt: first?.enqueuedAt, reason: 'still tired' }]);
  });

  it('is parked where the store does not have its event, so that it can be discarded', async () => {
    const messageId = randomUUID();
    await giveUpOn({ messageId, body: 'x' });
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 0, more: false });
    const [letter] = await lettersFor(messageId);
    expect(letter).toMatchObject({ state: 'parked', reason: expect.stringMatching(/does not have/) as string });
    expect(await deadLetters.discard(subscription, letter?.id ?? '')).toBe(true);
    expect(await lettersFor(messageId)).toEqual([]);
  });

  it('stays where it is when it cannot be sent', async () => {
    const messageId = randomUUID();
    await giveUpOn({ messageId, body: await newEvent() });
    const away = deadLettersOf({ sendCopies: () => Promise.reject(new ServiceUnavailable('Service Bus')) });
    await expect(away.resubmit(subscription)).rejects.toThrow(ServiceUnavailable);
    const tooLarge = deadLettersOf({ sendCopies: (messages) => Promise.resolve(messages) });
    expect(await tooLarge.resubmit(subscription)).toEqual({ resubmitted: 0, more: false });
    expect(await lettersFor(messageId)).toHaveLength(1);
    expect(await deadLetters.resubmit(subscription)).toMatchObject({ resubmitted: 1 });
  });
});

describe('a parked message', () => {
  const parked = async (body?: unknown, messageId: string = randomUUID()) => {
    const properties = { aggregate: 'account', tag: 1, signature: 'of its former key' };
    await parking.park(subscription, { messageId, reason: 'no', body: body ?? (await newEvent()), properties });
    return messageId;
  };

  it('is one, however often it is parked, with the newest reason', async () => {
    const messageId = await parked('poison');
    await parking.park(subscription, { messageId, reason: 'still no', body: 'poison again' });
    expect(await lettersFor(messageId)).toMatchObject([{ state: 'parked', reason: 'still no', body: 'poison again' }]);
  });

  it('is sent again as the event store has it, signed anew, and gone', async () => {
    const event = await newEvent();
    const messageId = await parked({ ...event, type: 'AccountClosed', data: { balance: 1_000_000 } });
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 1, more: false });
    const [copy, ...others] = await receive();
    expect(others).toEqual([]);
    expect(copy).toMatchObject({
      body: event,
      applicationProperties: { deliverTo: subscription, originalMessageId: messageId },
    });
    expect(copy?.applicationProperties).not.toHaveProperty('tag');
    expect(signatures.verify(copy?.body, copy?.applicationProperties, subscription)).toBe('genuine');
    expect(await lettersFor(messageId)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an event that it does not have', { id: `${randomUUID()}:1`, type: 'MoneyDeposited' }],
    ['no event', 'poison'],
    ['an id that is none', { id: `${randomUUID()}:0` }],
  ])('of which the store has no event cannot be sent again, and can be discarded: %s', async (_, body) => {
    const messageId = await parked(body);
    const [letter] = await lettersFor(messageId);
    expect(await deadLetters.resubmitOne(subscription, letter?.id ?? '')).toBe('eventGone');
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 0, more: false });
    expect(await receive()).toEqual([]);
    expect(await lettersFor(messageId)).toHaveLength(1);
    expect(await deadLetters.discard(subscription, letter?.id ?? '')).toBe(true);
    expect(await lettersFor(messageId)).toEqual([]);
  });

  it('that stands for many is sent again alone', async () => {
    const event = await newEvent();
    await parking.tally(subscription, { messageId: event.id, reason: 'no', body: event }, 3);
    await parking.tally(subscription, { messageId: 'another', reason: 'no', body: 'another' }, 4);
    expect(await lettersFor(event.id)).toMatchObject([{ count: 7, reason: 'no' }]);
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 0, more: false });
    const [letter] = await lettersFor(event.id);
    expect(await deadLetters.resubmitOne(subscription, letter?.id ?? '')).toEqual({ resubmitted: 1, more: false });
    expect(await lettersFor(event.id)).toEqual([]);
  });

  it('that is parked again before it could be removed stays', async () => {
    const messageId = await parked();
    const quick = deadLettersOf({
      async sendCopies() {
        await parking.park(subscription, { messageId, reason: 'at once', body: await newEvent() });
        return [];
      },
    });
    expect((await quick.resubmit(subscription)).resubmitted).toBe(1);
    expect(await lettersFor(messageId)).toMatchObject([{ reason: 'at once' }]);
  });

  it('that is sent, and whose removal is lost, is sent once more', async () => {
    const messageId = await parked();
    const dying = createDeadLetters({
      eventStore,
      parking: { ...parking, remove: () => Promise.reject(new ServiceUnavailable('Cosmos DB')) },
      queues: serviceBusDeadLetterQueues(broker, 'bank-events'),
      topic: realTopic,
      listeners,
      subscriptions: [subscription],
      newId: randomUUID,
      log: () => undefined,
    });
    await expect(dying.resubmit(subscription)).rejects.toThrow(ServiceUnavailable);
    expect(await lettersFor(messageId)).toHaveLength(1);
    expect(await deadLetters.resubmit(subscription)).toMatchObject({ resubmitted: 1 });
    expect(await receive()).toHaveLength(2);
  });

  it('that was too long to be kept whole is sent again by its id', async () => {
    const { id } = await newEvent();
    await parked('x'.repeat(600_000), id);
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 1, more: false });
    expect(await receive()).toMatchObject([{ body: { id } }]);
  });

  it("of which the store has no event stays, in nobody's way", async () => {
    const gone = [await parked('x'), await parked('y')];
    await parked();
    const inPairs = createDeadLetters({
      ...options,
      parking: { ...parking, list: (name, limit, after) => parking.list(name, Math.min(limit, 2), after) },
    });
    expect(await inPairs.resubmit(subscription)).toEqual({ resubmitted: 1, more: false });
    for (const messageId of gone) expect(await lettersFor(messageId)).toHaveLength(1);
  });
});
