import type { ServiceBusMessage } from '@azure/service-bus';
import { describe, expect, it } from 'vitest';
import { contractTarget, receive, receiveOne, uniqueId } from './target.ts';

const target = contractTarget();

describe('rules', () => {
  const subscriptions = ['system', 'number', 'text', 'truth', 'either', 'both', 'sql'];

  it.each<[string, ServiceBusMessage, string[]]>([
    ['nothing at all', { body: 1 }, []],
    [
      'every system property',
      {
        body: 1,
        contentType: 'text/plain',
        correlationId: 'correlation',
        subject: 'label',
        messageId: 'message',
        replyTo: 'reply',
        replyToSessionId: 'reply-session',
        sessionId: 'session',
        to: 'to',
      },
      ['system'],
    ],
    ['all system properties but one', { body: 1, correlationId: 'correlation', subject: 'label', to: 'other' }, []],
    ['a number', { body: 1, applicationProperties: { value: 1 } }, ['number', 'either']],
    ['the same number as text', { body: 1, applicationProperties: { value: '1' } }, ['text']],
    ['true', { body: 1, applicationProperties: { value: true } }, ['truth']],
    ['what matches two rules', { body: 1, applicationProperties: { value: 1, colour: 'blue' } }, ['number', 'either']],
    ['text in another case', { body: 1, subject: 'Label', applicationProperties: { colour: 'blue' } }, ['either']],
    ['both conditions', { body: 1, subject: 'label', applicationProperties: { colour: 'blue' } }, ['either', 'both']],
    ['an expression', { body: 1, applicationProperties: { colour: 'black', value: 2 } }, ['sql']],
    ['the other side of an expression', { body: 1, subject: 'sql' }, ['sql']],
  ])('route %s', async (_, message, expected) => {
    const client = target.client();
    const marker = uniqueId();
    await client.createSender('routed').sendMessages({
      ...message,
      applicationProperties: { ...message.applicationProperties, marker },
    });
    const receivers = subscriptions.map((name) =>
      client.createReceiver('routed', name, { receiveMode: 'receiveAndDelete' }),
    );
    // A message reaches all subscriptions together, so once the first one has it, the others are complete.
    const all = client.createReceiver('routed', 'all', { receiveMode: 'receiveAndDelete' });
    await receiveOne(all);
    const copies = await Promise.all(receivers.map((receiver) => receiver.receiveMessages(5, { maxWaitTimeInMs: 20 })));
    const routed = copies.flatMap((received, index) =>
      received
        .filter(({ applicationProperties }) => applicationProperties?.marker === marker)
        .map(() => subscriptions[index]),
    );
    expect(routed).toEqual(expected);
  });
});

describe('duplicate detection', () => {
  it.each(['once', 'unique'])('drops a repeated message id in silence: %s', async (entity) => {
    const client = target.client();
    const sender = client.createSender(entity);
    const [one, two] = [uniqueId(), uniqueId()];
    await sender.sendMessages({ body: 'first', messageId: one });
    await sender.sendMessages({ body: 'repeat', messageId: one });
    await sender.sendMessages([
      { body: 'second', messageId: two },
      { body: 'repeat within the batch', messageId: two },
      { body: 'repeat of the first', messageId: one },
    ]);
    await sender.sendMessages({ body: 'last', messageId: uniqueId() });
    const options = { receiveMode: 'receiveAndDelete' } as const;
    const receiver =
      entity === 'once' ? client.createReceiver(entity, options) : client.createReceiver(entity, 'all', options);
    const received = await receive(receiver, 3);
    expect(received.map(({ body }) => body as string)).toEqual(['first', 'second', 'last']);
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
  });

  it('also drops a message that was completed meanwhile', async () => {
    const client = target.client();
    const sender = client.createSender('once');
    const receiver = client.createReceiver('once', { receiveMode: 'receiveAndDelete' });
    const messageId = uniqueId();
    await sender.sendMessages({ body: 'first', messageId });
    await receiveOne(receiver);
    await sender.sendMessages({ body: 'repeat', messageId });
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
  });
});

describe('time', () => {
  it('drops what expired', async () => {
    const client = target.client();
    const sender = client.createSender('unmourned');
    await sender.sendMessages({ body: 'short', timeToLive: 1 });
    await sender.sendMessages({ body: 'long', timeToLive: 60_000 });
    const receiver = client.createReceiver('unmourned', { receiveMode: 'receiveAndDelete' });
    const message = await receiveOne(receiver);
    expect(message).toMatchObject({ body: 'long', timeToLive: 60_000 });
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
  });

  it('dead-letters what expired where the entity says so', async () => {
    const client = target.client();
    await client.createSender('mortal').sendMessages({ body: 'short', timeToLive: 1 });
    const receiver = client.createReceiver('mortal', { subQueueType: 'deadLetter', receiveMode: 'receiveAndDelete' });
    expect(await receiveOne(receiver)).toMatchObject({ body: 'short', deadLetterReason: 'TTLExpiredException' });
  });

  it('delivers a scheduled message at its time, and a cancelled one never', async () => {
    const client = target.client();
    const sender = client.createSender('later');
    const at = new Date(Date.now() + 3_000);
    const numbers = await sender.scheduleMessages([{ body: 'kept' }, { body: 'cancelled' }], at);
    await sender.sendMessages({ body: 'by property', scheduledEnqueueTimeUtc: at });
    await sender.cancelScheduledMessages(numbers.slice(1));
    await expect(sender.cancelScheduledMessages(numbers.slice(1))).rejects.toMatchObject({ code: 'MessageNotFound' });
    const receiver = client.createReceiver('later', { receiveMode: 'receiveAndDelete' });
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
    const received = await receive(receiver, 2);
    expect(Date.now()).toBeGreaterThanOrEqual(at.getTime());
    expect(received.map(({ body }) => body as string)).toEqual(['kept', 'by property']);
    expect(received[0]?.scheduledEnqueueTimeUtc).toEqual(at);
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
  });
});

describe('peeking', () => {
  it('shows messages from a number on, without taking them', async () => {
    const client = target.client();
    const receiver = client.createReceiver('events', 'others');
    await receive(client.createReceiver('events', 'others', { receiveMode: 'receiveAndDelete' }), 100, 20);
    expect(await receiver.peekMessages(10)).toEqual([]);
    await client.createSender('events').sendMessages([{ body: 0 }, { body: 1 }, { body: 2 }]);
    const peeked = await receiver.peekMessages(10);
    expect(peeked.map(({ body }) => body as number)).toEqual([0, 1, 2]);
    const from = peeked[1]?.sequenceNumber;
    if (!from) throw new Error('A message without a sequence number.');
    const rest = await receiver.peekMessages(1, { fromSequenceNumber: from });
    expect(rest.map(({ body }) => body as number)).toEqual([1]);
    const [taken] = await receive(receiver, 3);
    expect(taken?.deliveryCount).toBe(0);
  });
});
