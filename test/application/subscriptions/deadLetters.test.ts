import { randomUUID } from 'node:crypto';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { serviceBusDeadLetterQueues } from '../../../adapters/serviceBus/deadLetterQueues.ts';
import { toMessage } from '../../../adapters/serviceBus/message.ts';
import { openTopic } from '../../../adapters/serviceBus/topic.ts';
import { subscriptionsOf, viewListener } from '../../../application/subscriptions/listener.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { createDeadLetters } from '../../../application/subscriptions/deadLetters.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { Copies } from '../../../application/subscriptions/ports.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import { toEmulatorConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { accounts } from '../../../projections/accounts.ts';
import { customers } from '../../../projections/customers.ts';
import { commitOf, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { filterableOf } from '../../../domain/filterable.ts';
import { topologyOf } from '../../support/topologyOf.ts';

const views = [accounts, customers] as readonly unknown[] as readonly View[];
const listeners = views.map((view) => viewListener(view));
const { serviceBus } = topologyOf(subscriptionsOf(listeners));
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
const realTopic = openTopic(broker, filterableOf);
const client = new ServiceBusClient(broker.connectionString);
const sender = client.createSender('bank-events');
afterAll(async () => {
  await Promise.all([realTopic.close(), client.close()]);
  await broker.close();
});

const database = await cosmosForTests();
const parking = cosmosParking(database.container('parked'), { now: () => Date.now() });
const options = {
  parking,
  queues: serviceBusDeadLetterQueues(broker),
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
const lettersFor = async (messageId: string) =>
  (await deadLetters.list(subscription, 100)).items.filter((letter) => letter.messageId === messageId);

beforeEach(async () => {
  await deadLetters.resubmit(subscription);
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
    const [event] = messagesOf(commitOf('account', randomUUID(), 0, [opened()]));
    if (!event) throw new Error('There is an event');
    const message = toMessage(event, filterableOf);
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
        type: 'AccountOpened',
      },
    });
    expect(Object.keys(copy?.applicationProperties ?? {})).not.toContain('aggregate');
    expect(await receive('customers')).toEqual([]);
    expect(await lettersFor(messageId)).toEqual([]);
  });

  it('keeps its first origin, however often it is given up on', async () => {
    const messageId = randomUUID();
    await giveUpOn({ messageId, body: 'x' });
    const [first] = await lettersFor(messageId);
    await deadLetters.resubmit(subscription);
    const receiver = client.createReceiver('bank-events', subscription);
    const [again] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
    if (!again) throw new Error('It did not come');
    await receiver.deadLetterMessage(again, { deadLetterReason: 'still tired', deadLetterErrorDescription: '' });
    await receiver.close();
    expect(await lettersFor(messageId)).toMatchObject([{ enqueuedAt: first?.enqueuedAt, reason: 'still tired' }]);
  });

  it('stays where it is when it cannot be sent', async () => {
    const messageId = randomUUID();
    await giveUpOn({ messageId, body: 'x' });
    const away = deadLettersOf({ sendCopies: () => Promise.reject(new ServiceUnavailable('Service Bus')) });
    await expect(away.resubmit(subscription)).rejects.toThrow(ServiceUnavailable);
    const tooLarge = deadLettersOf({ sendCopies: (messages) => Promise.resolve(messages) });
    expect(await tooLarge.resubmit(subscription)).toEqual({ resubmitted: 0, more: false });
    expect(await lettersFor(messageId)).toHaveLength(1);
    expect(await deadLetters.resubmit(subscription)).toMatchObject({ resubmitted: 1 });
  });
});

describe('a parked message', () => {
  const parked = async (body: unknown = 'poison') => {
    const messageId = randomUUID();
    await parking.park(subscription, { messageId, reason: 'no', body, properties: { aggregate: 'account', tag: 1 } });
    return messageId;
  };

  it('is one, however often it is parked, with the newest reason', async () => {
    const messageId = await parked();
    await parking.park(subscription, { messageId, reason: 'still no', body: 'poison' });
    expect(await lettersFor(messageId)).toMatchObject([{ state: 'parked', reason: 'still no', body: 'poison' }]);
  });

  it('is sent again, and gone', async () => {
    const messageId = await parked({ hello: 'there' });
    expect(await deadLetters.resubmit(subscription)).toEqual({ resubmitted: 1, more: false });
    expect(await receive()).toMatchObject([
      {
        body: { hello: 'there' },
        applicationProperties: { deliverTo: subscription, originalMessageId: messageId, tag: 1 },
      },
    ]);
    expect(await lettersFor(messageId)).toEqual([]);
  });

  it('that is parked again before it could be removed stays', async () => {
    const messageId = await parked();
    const quick = deadLettersOf({
      async sendCopies() {
        await parking.park(subscription, { messageId, reason: 'at once', body: 'poison' });
        return [];
      },
    });
    expect((await quick.resubmit(subscription)).resubmitted).toBe(1);
    expect(await lettersFor(messageId)).toMatchObject([{ reason: 'at once' }]);
  });

  it('that is sent, and whose removal is lost, is sent once more', async () => {
    const messageId = await parked();
    const dying = createDeadLetters({
      parking: { ...parking, remove: () => Promise.reject(new ServiceUnavailable('Cosmos DB')) },
      queues: serviceBusDeadLetterQueues(broker),
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

  it("that was too long to be kept whole stays, in nobody's way", async () => {
    const tooLong = [await parked('x'.repeat(600_000)), await parked('y'.repeat(600_000))];
    await parked('short');
    const inPairs = createDeadLetters({
      ...options,
      parking: { ...parking, list: (name, limit, after) => parking.list(name, Math.min(limit, 2), after) },
    });
    expect(await inPairs.resubmit(subscription)).toEqual({ resubmitted: 1, more: false });
    for (const messageId of tooLong) expect(await lettersFor(messageId)).toHaveLength(1);
  });
});
