import { describe, expect, it } from 'vitest';
import { contractTarget, receive, receiveOne, uniqueId } from './target.ts';

const target = contractTarget();

describe('sending', () => {
  it('delivers what was sent, with all its properties, to every subscription', async () => {
    const client = target.client();
    const sent = {
      body: { hello: 'world', nested: [1, 2, { three: true }] },
      messageId: uniqueId(),
      correlationId: 'correlation',
      subject: 'greeting',
      to: 'to',
      replyTo: 'reply',
      replyToSessionId: 'reply-session',
      contentType: 'application/json',
      applicationProperties: { text: 'x', integer: 7, negative: -7, fraction: 1.5, truth: true, nothing: null },
    };
    await client.createSender('events').sendMessages(sent);
    for (const subscription of ['all', 'others']) {
      const receiver = client.createReceiver('events', subscription);
      const message = await receiveOne(receiver);
      expect(message).toMatchObject(sent);
      expect(message.deliveryCount).toBe(0);
      expect(message.state).toBe('active');
      expect(message.sequenceNumber?.toNumber()).toBeGreaterThan(0);
      expect(message.enqueuedTimeUtc).toBeInstanceOf(Date);
      await receiver.completeMessage(message);
    }
  });

  it.each([
    ['text', 'plain'],
    ['bytes', Buffer.from([0, 1, 255])],
    ['a list', [1, 'two', null]],
    ['a number', 42],
    ['unicode', 'žluťoučký 🐎'],
  ])('keeps a body that is %s', async (_, body) => {
    const client = target.client();
    await client.createSender('sent').sendMessages({ body, messageId: uniqueId() });
    const message = await receiveOne(client.createReceiver('sent', { receiveMode: 'receiveAndDelete' }));
    expect(message.body).toEqual(body);
  });

  it.each(['value', 'sequence', 'data'] as const)('keeps an AMQP %s body', async (bodyType) => {
    const client = target.client();
    const body = bodyType === 'sequence' ? [1, 'two'] : 'content';
    await client.createSender('sent').sendMessages({ body, bodyType, messageAnnotations: { 'x-mine': 'kept' } });
    const message = await receiveOne(client.createReceiver('sent', { receiveMode: 'receiveAndDelete' }));
    expect(message.body).toEqual(body);
    expect(message._rawAmqpMessage.bodyType).toBe(bodyType);
    expect(message._rawAmqpMessage.messageAnnotations).toMatchObject({ 'x-mine': 'kept' });
  });

  it('assigns a message id where there is none', async () => {
    const client = target.client();
    await client.createSender('sent').sendMessages([{ body: 'first' }, { body: 'second' }]);
    const messages = await receive(client.createReceiver('sent', { receiveMode: 'receiveAndDelete' }), 2);
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(2);
    for (const { messageId } of messages) expect(messageId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('takes arrays and batches whole, in order', async () => {
    const client = target.client();
    const sender = client.createSender('sent');
    await sender.sendMessages(Array.from({ length: 30 }, (_, index) => ({ body: index })));
    const batch = await sender.createMessageBatch();
    for (let index = 30; index < 60; index++) batch.tryAddMessage({ body: index });
    await sender.sendMessages(batch);
    const messages = await receive(client.createReceiver('sent', { receiveMode: 'receiveAndDelete' }), 60);
    expect(messages.map(({ body }) => body as number)).toEqual(Array.from({ length: 60 }, (_, index) => index));
  });

  it('takes a message just below 256 kB and refuses one beyond', async () => {
    const client = target.client();
    const sender = client.createSender('sent');
    const body = Buffer.alloc(261_000, 7);
    await sender.sendMessages({ body });
    const message = await receiveOne(client.createReceiver('sent', { receiveMode: 'receiveAndDelete' }));
    expect(message.body).toEqual(body);
    await expect(sender.sendMessages({ body: Buffer.alloc(300_000) })).rejects.toMatchObject({
      code: 'MessageSizeExceeded',
    });
    await sender.sendMessages({ body: 'still open' });
    expect((await receiveOne(client.createReceiver('sent', { receiveMode: 'receiveAndDelete' }))).body).toBe(
      'still open',
    );
  });

  it('does not tell upper from lower case in names', async () => {
    const name = `queue-${uniqueId()}`;
    await target.administration().createQueue(name);
    await target.client().createSender(name.toUpperCase()).sendMessages({ body: 'here' });
    expect(await receiveOne(target.client().createReceiver(name))).toMatchObject({ body: 'here' });
    await target.administration().deleteQueue(name);
  });

  it('says how large a batch may be', async () => {
    const batch = await target.client().createSender('sent').createMessageBatch();
    expect(batch.maxSizeInBytes).toBe(262_144);
  });

  it('does not know entities that are not there', async () => {
    const client = target.client();
    const missing = { code: 'MessagingEntityNotFound' };
    await expect(client.createSender('missing').sendMessages({ body: 1 })).rejects.toMatchObject(missing);
    await expect(client.createReceiver('missing').receiveMessages(1)).rejects.toMatchObject(missing);
    await expect(client.createReceiver('events', 'missing').receiveMessages(1)).rejects.toMatchObject(missing);
    await expect(client.createReceiver('events', 'missing').peekMessages(1)).rejects.toMatchObject(missing);
  });
});
