import type { ServiceBusMessage, ServiceBusReceivedMessage, ServiceBusSessionReceiver } from '@azure/service-bus';
import { describe, expect, it, vi } from 'vitest';
import { contractTarget, receive, receiveOne, uniqueId } from './target.ts';

const target = contractTarget();

/** New objects for each call, because the client library changes its arguments. */
const taking = () => ({ receiveMode: 'receiveAndDelete' as const });

const send = (queue: string, sessionId: string, ...bodies: unknown[]) =>
  target
    .client()
    .createSender(queue)
    .sendMessages(bodies.map((body): ServiceBusMessage => ({ body, sessionId })));
const bodiesOf = (messages: readonly ServiceBusReceivedMessage[]) => messages.map(({ body }) => body as unknown);
const receiveNone = async (receiver: ServiceBusSessionReceiver) =>
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([]);

describe('a session', () => {
  it('gives its own messages, in order, to the one receiver that holds it', async () => {
    const [one, two] = [uniqueId(), uniqueId()];
    await send('conversations', one, 1, 2);
    await send('conversations', two, 'other');
    await send('conversations', one, 3);
    const receiver = await target.client().acceptSession('conversations', one);
    expect(receiver.sessionId).toBe(one);
    expect(receiver.sessionLockedUntilUtc.getTime()).toBeGreaterThan(Date.now());
    const messages = await receive(receiver, 3);
    expect(bodiesOf(messages)).toEqual([1, 2, 3]);
    expect(messages[0]?.sessionId).toBe(one);
    await Promise.all(messages.map((message) => receiver.completeMessage(message)));
    await receiveNone(receiver);
    await receiver.close();
    const other = await target.client().acceptSession('conversations', two, taking());
    expect(bodiesOf(await receive(other, 1))).toEqual(['other']);
    await other.close();
  });

  it('is held by one receiver at a time, and free as soon as that one closes, its messages back in their places', async () => {
    const id = uniqueId();
    await send('conversations', id, 1, 2, 3);
    const client = target.client();
    const first = await client.acceptSession('conversations', id);
    await expect(client.acceptSession('conversations', id)).rejects.toMatchObject({ code: 'SessionCannotBeLocked' });
    const [message] = await receive(first, 2);
    if (message) await first.completeMessage(message);
    await first.close();
    const second = await client.acceptSession('conversations', id);
    const rest = await receive(second, 2);
    expect(bodiesOf(rest)).toEqual([2, 3]);
    // The receiver has released the message, so its delivery has not failed.
    expect(rest.map(({ deliveryCount }) => deliveryCount)).toEqual([0, 0]);
    await Promise.all(rest.map((one) => second.completeMessage(one)));
    await second.close();
  });

  it('settles each message in its own way', async () => {
    const id = uniqueId();
    await send('conversations', id, 'abandoned', 'deferred', 'dead');
    const receiver = await target.client().acceptSession('conversations', id);
    const [abandoned, deferred, dead] = await receive(receiver, 3);
    if (!abandoned?.sequenceNumber || !deferred?.sequenceNumber || !dead) throw new Error('Messages are missing.');
    await receiver.deferMessage(deferred);
    await receiver.deadLetterMessage(dead, { deadLetterReason: 'why', deadLetterErrorDescription: 'how' });
    await receiver.abandonMessage(abandoned);
    const again = await receiveOne(receiver);
    expect(again).toMatchObject({ body: 'abandoned', deliveryCount: 1 });
    await receiver.completeMessage(again);
    const [taken] = await receiver.receiveDeferredMessages(deferred.sequenceNumber);
    expect(taken?.body).toBe('deferred');
    if (taken) await receiver.completeMessage(taken);
    await expect(receiver.receiveDeferredMessages(deferred.sequenceNumber)).rejects.toMatchObject({
      code: 'MessageNotFound',
    });
    await receiver.close();
    const deadLetters = target
      .client()
      .createReceiver('conversations', { subQueueType: 'deadLetter', receiveMode: 'receiveAndDelete' });
    expect(await receiveOne(deadLetters)).toMatchObject({ body: 'dead', deadLetterReason: 'why', sessionId: id });
  });

  it('makes a message that fails too often a dead letter, and goes on behind it', async () => {
    const id = uniqueId();
    await send('conversations', id, 'bad', 'good');
    const receiver = await target.client().acceptSession('conversations', id);
    for (let attempt = 0; attempt < 3; attempt++) {
      const message = await receiveOne(receiver);
      expect(message).toMatchObject({ body: 'bad', deliveryCount: attempt });
      await receiver.abandonMessage(message);
    }
    const next = await receiveOne(receiver);
    expect(next.body).toBe('good');
    await receiver.completeMessage(next);
    await receiver.close();
    const deadLetters = target
      .client()
      .createReceiver('conversations', { subQueueType: 'deadLetter', receiveMode: 'receiveAndDelete' });
    expect(await receiveOne(deadLetters)).toMatchObject({ deadLetterReason: 'MaxDeliveryCountExceeded' });
  });

  it('shows its own messages to those who peek', async () => {
    const [one, two] = [uniqueId(), uniqueId()];
    await send('conversations', one, 1);
    await send('conversations', two, 2);
    const receiver = await target.client().acceptSession('conversations', two, taking());
    expect(bodiesOf(await receiver.peekMessages(10))).toEqual([2]);
    await receive(receiver, 1);
    await receiver.close();
  });

  it('keeps a state, also without messages, until that is cleared', async () => {
    const id = uniqueId();
    const first = await target.client().acceptSession('conversations', id);
    expect(await first.getSessionState()).toBeNull();
    await first.setSessionState({ step: 1 });
    await first.close();
    const second = await target.client().acceptSession('conversations', id);
    expect(await second.getSessionState()).toEqual({ step: 1 });
    await second.setSessionState(null);
    expect(await second.getSessionState()).toBeNull();
    await second.close();
  });

  it('goes to a subscriber that takes its messages one by one', async () => {
    const id = uniqueId();
    await send('conversations', id, 1, 2, 3, 4);
    const receiver = await target.client().acceptSession('conversations', id);
    const bodies: unknown[] = [];
    receiver.subscribe({
      processMessage: ({ body }) => {
        bodies.push(body);
        return Promise.resolve();
      },
      processError: ({ error }) => Promise.reject(error),
    });
    await expect.poll(() => bodies).toEqual([1, 2, 3, 4]);
    await receiver.close();
  });
});

describe('the lock of a session', () => {
  it('can be prolonged', async () => {
    const receiver = await target.client().acceptSession('conversations', uniqueId());
    const until = receiver.sessionLockedUntilUtc.getTime();
    const renewed = await receiver.renewSessionLock();
    expect(renewed.getTime()).toBeGreaterThanOrEqual(until);
    await receiver.close();
  });

  it('ends by itself: the receiver is told, its messages count as failed, and others may take them', async () => {
    const id = uniqueId();
    await send('conversations-brief', id, 'x');
    const first = await target.client().acceptSession('conversations-brief', id, { maxAutoLockRenewalDurationInMs: 0 });
    const held = await receiveOne(first);
    const second = await vi.waitFor(() => target.client().acceptSession('conversations-brief', id), 20_000);
    const again = await receiveOne(second);
    expect(again).toMatchObject({ body: 'x', deliveryCount: 1 });
    const lost = { code: 'SessionLockLost' };
    await expect(first.completeMessage(held)).rejects.toMatchObject(lost);
    await expect(first.getSessionState()).rejects.toMatchObject(lost);
    await expect(first.renewSessionLock()).rejects.toMatchObject(lost);
    await second.completeMessage(again);
    await second.close();
  });
});

describe('the next session', () => {
  it('is one with messages that nobody holds', async () => {
    const [one, two] = [uniqueId(), uniqueId()];
    await send('conversations-next', one, 1);
    await send('conversations-next', two, 2);
    const client = target.client();
    const first = await client.acceptNextSession('conversations-next', taking());
    const second = await client.acceptNextSession('conversations-next', taking());
    expect([first.sessionId, second.sessionId]).toEqual([one, two]);
    expect(bodiesOf(await receive(first, 1))).toEqual([1]);
    expect(bodiesOf(await receive(second, 1))).toEqual([2]);
    await first.close();
    await second.close();
  });

  it('is waited for', async () => {
    const id = uniqueId();
    const accepting = target.client().acceptNextSession('conversations-next', taking());
    await send('conversations-next', id, 'late');
    const receiver = await accepting;
    expect(receiver.sessionId).toBe(id);
    expect(bodiesOf(await receive(receiver, 1))).toEqual(['late']);
    await receiver.close();
  });

  it('is waited for as long as the client says', async () => {
    const client = target.client({ timeoutInMs: 1500 });
    await expect(client.acceptNextSession('conversations-next')).rejects.toMatchObject({ code: 'ServiceTimeout' });
  });
});

describe('where sessions are required', () => {
  it('a queue takes no message without one, and no batch that has such a message [believed]', async () => {
    const sender = target.client().createSender('conversations');
    await expect(sender.sendMessages({ body: 1 })).rejects.toMatchObject({ code: 'GeneralError' });
    const id = uniqueId();
    await expect(sender.sendMessages([{ body: 1, sessionId: id }, { body: 2 }])).rejects.toMatchObject({
      code: 'GeneralError',
    });
    const receiver = await target.client().acceptSession('conversations', id);
    await receiveNone(receiver);
    await receiver.close();
  });

  it('a subscription makes a message without one a dead letter, and others get it [believed]', async () => {
    const client = target.client();
    await client.createSender('spoken').sendMessages({ body: 'alone' });
    const dead = client.createReceiver('spoken', 'by-session', { ...taking(), subQueueType: 'deadLetter' });
    expect(await receiveOne(dead)).toMatchObject({ body: 'alone', deadLetterReason: 'Session ID is null.' });
    expect(await receiveOne(client.createReceiver('spoken', 'all', taking()))).toMatchObject({ body: 'alone' });
  });

  it('there are no receivers without a session', async () => {
    const receiver = target.client().createReceiver('conversations');
    await expect(receiver.receiveMessages(1)).rejects.toMatchObject({ code: 'GeneralError' });
  });
});
