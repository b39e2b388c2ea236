import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { describe, expect, it } from 'vitest';
import { contractTarget, receive, receiveOne, uniqueId } from './target.ts';

const target = contractTarget();

describe('receiving', () => {
  it('gives each message to one of the receivers', async () => {
    const client = target.client();
    const seen: unknown[] = [];
    const finished = new Promise<void>((resolve, reject) => {
      for (let index = 0; index < 3; index++) {
        client.createReceiver('taken').subscribe(
          {
            processMessage: (message) => {
              seen.push(message.body);
              if (seen.length === 50) resolve();
              return Promise.resolve();
            },
            processError: ({ error }) => {
              reject(error);
              return Promise.resolve();
            },
          },
          { maxConcurrentCalls: 2 },
        );
      }
    });
    await client.createSender('taken').sendMessages(Array.from({ length: 50 }, (_, index) => ({ body: index })));
    await finished;
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, index) => index));
    await client.close();
  });

  it('returns what there is when fewer messages came than were asked for', async () => {
    const client = target.client();
    const receiver = client.createReceiver('taken', { receiveMode: 'receiveAndDelete' });
    await client.createSender('taken').sendMessages([{ body: 1 }, { body: 2 }]);
    expect(await receive(receiver, 2)).toHaveLength(2);
    expect(await receiver.receiveMessages(10, { maxWaitTimeInMs: 50 })).toEqual([]);
    await client.createSender('taken').sendMessages({ body: 3 });
    expect((await receiveOne(receiver)).body).toBe(3);
    await receiver.close();
  });

  it('goes on once a full window of the client library is settled', async () => {
    const client = target.client();
    const receiver = client.createReceiver('taken');
    const sender = client.createSender('taken');
    for (let sent = 0; sent < 2400; sent += 400) {
      await sender.sendMessages(Array.from({ length: 400 }, (_, index) => ({ body: sent + index })));
    }
    const bodies: unknown[] = [];
    while (bodies.length < 2400) {
      const received = await receiver.receiveMessages(1000, { maxWaitTimeInMs: 2000 });
      bodies.push(...received.map(({ body }) => body as unknown));
      await Promise.all(received.map((message) => receiver.completeMessage(message)));
    }
    expect(bodies).toEqual(Array.from({ length: 2400 }, (_, index) => index));
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
  });
});

describe('settling', () => {
  const begin = async () => {
    const client = target.client();
    const receiver = client.createReceiver('handled');
    const messageId = uniqueId();
    await client.createSender('handled').sendMessages({ body: 'x', messageId, applicationProperties: { kept: 1 } });
    const message = await receiveOne(receiver);
    expect(message.messageId).toBe(messageId);
    return { client, receiver, message, messageId };
  };
  const again = async (client: ReturnType<typeof target.client>, queue = 'handled', options = {}) => {
    const receiver = client.createReceiver(queue, options);
    const message = await receiveOne(receiver);
    return { receiver, message };
  };
  const isGone = async (client: ReturnType<typeof target.client>) => {
    const receiver = client.createReceiver('handled');
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);
    await receiver.close();
  };

  it('removes a completed message', async () => {
    const { client, receiver, message } = await begin();
    await receiver.completeMessage(message);
    await isGone(client);
  });

  it('delivers an abandoned message again, counted and with the properties that were set', async () => {
    const { client, receiver, message, messageId } = await begin();
    await receiver.abandonMessage(message, { attempt: 'second', kept: 2, ratio: 0.5 });
    const next = await again(client);
    expect(next.message).toMatchObject({
      messageId,
      deliveryCount: 1,
      applicationProperties: { attempt: 'second', kept: 2, ratio: 0.5 },
    });
    await next.receiver.completeMessage(next.message);
  });

  it('keeps the reason and properties of a dead letter, and where it comes from', async () => {
    const { client, receiver, message, messageId } = await begin();
    await receiver.deadLetterMessage(message, {
      deadLetterReason: 'why',
      deadLetterErrorDescription: 'how',
      extra: 'x',
    });
    await isGone(client);
    const dead = await again(client, 'handled', { subQueueType: 'deadLetter' });
    expect(dead.message).toMatchObject({
      messageId,
      deadLetterReason: 'why',
      deadLetterErrorDescription: 'how',
      deadLetterSource: 'handled',
      applicationProperties: { kept: 1, extra: 'x' },
    });
    await dead.receiver.completeMessage(dead.message);
  });

  it('keeps a deferred message until it is asked for by number', async () => {
    const { client, receiver, message, messageId } = await begin();
    await receiver.deferMessage(message, { because: 'later' });
    await isGone(client);
    const number = message.sequenceNumber;
    if (!number) throw new Error('A message without a sequence number.');
    const [deferred] = await receiver.receiveDeferredMessages(number);
    expect(deferred).toMatchObject({ messageId, state: 'deferred', applicationProperties: { because: 'later' } });
    await expect(receiver.receiveDeferredMessages(number)).rejects.toMatchObject({ code: 'MessageNotFound' });
    if (deferred) await receiver.completeMessage(deferred);
    await expect(receiver.receiveDeferredMessages(number)).rejects.toMatchObject({ code: 'MessageNotFound' });
  });

  it('removes a message on delivery where it is received and deleted', async () => {
    const client = target.client();
    await client.createSender('handled').sendMessages({ body: 1 });
    const { message } = await again(client, 'handled', { receiveMode: 'receiveAndDelete' });
    expect(message.lockToken).toBeUndefined();
    await isGone(client);
  });

  it('prolongs a lock', async () => {
    const { receiver, message } = await begin();
    const until = message.lockedUntilUtc?.getTime() ?? Infinity;
    const renewed = await receiver.renewMessageLock(message);
    expect(renewed.getTime()).toBeGreaterThanOrEqual(until);
    await receiver.completeMessage(message);
    await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
  });

  it('settles neighbours each in its own way, all at once', async () => {
    const client = target.client();
    const receiver = client.createReceiver('handled');
    const sender = client.createSender('handled');
    await sender.sendMessages(['a', 'b', 'c', 'd'].map((body) => ({ body })));
    const [a, b, c, d] = (await receive(receiver, 4)) as [
      ServiceBusReceivedMessage,
      ServiceBusReceivedMessage,
      ServiceBusReceivedMessage,
      ServiceBusReceivedMessage,
    ];
    // This version of the client library merges the first two settlements of one tick, so they are the same here.
    await Promise.all([
      receiver.completeMessage(a),
      receiver.completeMessage(b),
      receiver.deadLetterMessage(c),
      receiver.abandonMessage(d),
    ]);
    const next = await again(client);
    expect(next.message.body).toBe('d');
    await next.receiver.completeMessage(next.message);
    const dead = await again(client, 'handled', { subQueueType: 'deadLetter' });
    expect(dead.message.body).toBe('c');
    await dead.receiver.completeMessage(dead.message);
    await isGone(client);
  });

  it('settles through another link when the one it came on is gone', async () => {
    const { client, receiver, message } = await begin();
    await receiver.close();
    const other = client.createReceiver('handled');
    await other.completeMessage(message);
    await expect(other.completeMessage(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
    await isGone(client);
  });
});

describe('locks', () => {
  it('end by themselves, and the message is delivered again until it has failed too often', async () => {
    const client = target.client();
    // Otherwise the client library would renew the locks.
    const receiver = client.createReceiver('brief', { maxAutoLockRenewalDurationInMs: 0 });
    await client.createSender('brief').sendMessages({ body: 'x' });
    const first = await receiveOne(receiver);
    const second = await receiveOne(receiver);
    expect(second.deliveryCount).toBe(1);
    await expect(receiver.completeMessage(first)).rejects.toMatchObject({ code: 'MessageLockLost' });
    const dead = await receiveOne(
      client.createReceiver('brief', { subQueueType: 'deadLetter', receiveMode: 'receiveAndDelete' }),
    );
    expect(dead.deadLetterReason).toBe('MaxDeliveryCountExceeded');
    await expect(receiver.completeMessage(second)).rejects.toMatchObject({ code: 'MessageLockLost' });
  });

  it('let a message fail as often as the entity says, then it is a dead letter', async () => {
    const client = target.client();
    const receiver = client.createReceiver('work');
    const messageId = uniqueId();
    await client.createSender('work').sendMessages({ body: 'x', messageId });
    for (const deliveryCount of [0, 1, 2]) {
      const message = await receiveOne(receiver);
      expect(message).toMatchObject({ messageId, deliveryCount });
      await receiver.abandonMessage(message);
    }
    const deadLetters = client.createReceiver('work', { subQueueType: 'deadLetter' });
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({ messageId, deadLetterReason: 'MaxDeliveryCountExceeded', deliveryCount: 3 });
    await deadLetters.completeMessage(dead);
  });
});

describe('a receiver for sessions', () => {
  it('is refused where there are none', async () => {
    const client = target.client();
    await expect(client.acceptSession('handled', 'session')).rejects.toMatchObject({ code: 'SessionCannotBeLocked' });
    await expect(client.acceptNextSession('handled')).rejects.toMatchObject({ code: 'GeneralError' });
  });
});
