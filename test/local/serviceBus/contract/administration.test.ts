import { ServiceBusAdministrationClient } from '@azure/service-bus';
import { describe, expect, it } from 'vitest';
import { contractTarget, receive, receiveOne, uniqueId } from './target.ts';

const target = contractTarget();

const missing = { statusCode: 404, code: 'MessageEntityNotFoundError' };
const present = { statusCode: 409, code: 'MessageEntityAlreadyExistsError' };
const listed = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const taking = () => ({ receiveMode: 'receiveAndDelete' as const });

describe('a queue', () => {
  it('is created, read, changed, listed and deleted', async () => {
    const admin = target.administration();
    const name = `queue-${uniqueId()}`;
    expect(await admin.queueExists(name)).toBe(false);
    await expect(admin.getQueue(name)).rejects.toMatchObject(missing);
    const created = await admin.createQueue(name, {
      lockDuration: 'PT30S',
      maxDeliveryCount: 4,
      userMetadata: 'a & b',
    });
    expect(created).toMatchObject({
      name,
      lockDuration: 'PT30S',
      maxDeliveryCount: 4,
      requiresSession: false,
      requiresDuplicateDetection: false,
      defaultMessageTimeToLive: 'P10675199DT2H48M5.4775807S',
      duplicateDetectionHistoryTimeWindow: 'PT10M',
      userMetadata: 'a & b',
      status: 'Active',
    });
    await expect(admin.createQueue(name)).rejects.toMatchObject(present);
    await expect(admin.createTopic(name)).rejects.toMatchObject(present);
    const read = await admin.getQueue(name);
    expect(read).toMatchObject({ lockDuration: 'PT30S' });
    await admin.updateQueue({ ...read, lockDuration: 'PT1M' });
    expect(await admin.getQueue(name)).toMatchObject({ lockDuration: 'PT1M', maxDeliveryCount: 4 });
    await expect(admin.updateQueue({ ...read, requiresSession: true })).rejects.toMatchObject({ statusCode: 400 });
    expect((await listed(admin.listQueues())).map((queue) => queue.name)).toContain(name);
    await admin.deleteQueue(name);
    expect(await admin.queueExists(name)).toBe(false);
    await expect(admin.deleteQueue(name)).rejects.toMatchObject(missing);
  });

  it('works as soon as it is there, and tells how many messages it has', async () => {
    const admin = target.administration();
    const name = `queue-${uniqueId()}`;
    await admin.createQueue(name);
    const client = target.client();
    const sender = client.createSender(name);
    await sender.sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    await sender.scheduleMessages({ body: 4 }, new Date(Date.now() + 60_000));
    const receiver = client.createReceiver(name);
    const message = await receiveOne(receiver);
    await receiver.deadLetterMessage(message);
    expect(await admin.getQueueRuntimeProperties(name)).toMatchObject({
      activeMessageCount: 2,
      deadLetterMessageCount: 1,
      scheduledMessageCount: 1,
      totalMessageCount: 4,
    });
    await admin.deleteQueue(name);
    await expect(target.client().createSender(name).sendMessages({ body: 5 })).rejects.toMatchObject({
      code: 'MessagingEntityNotFound',
    });
  });

  it('can be switched off for senders and receivers', async () => {
    const admin = target.administration();
    const name = `queue-${uniqueId()}`;
    const queue = await admin.createQueue(name);
    const sender = target.client().createSender(name);
    await sender.sendMessages({ body: 1 });
    await admin.updateQueue({ ...queue, status: 'SendDisabled' });
    await expect(sender.sendMessages({ body: 2 })).rejects.toMatchObject({ code: 'MessagingEntityDisabled' });
    await admin.updateQueue({ ...queue, status: 'ReceiveDisabled' });
    await expect(target.client().createReceiver(name).receiveMessages(1)).rejects.toMatchObject({
      code: 'MessagingEntityDisabled',
    });
    await admin.updateQueue({ ...queue, status: 'Active' });
    expect(await receiveOne(target.client().createReceiver(name, taking()))).toMatchObject({ body: 1 });
    await admin.deleteQueue(name);
  });
});

describe('a topic', () => {
  it('is created, read, changed, listed and deleted, with its subscriptions', async () => {
    const admin = target.administration();
    const name = `topic-${uniqueId()}`;
    await expect(admin.createSubscription(name, 's')).rejects.toMatchObject(missing);
    const created = await admin.createTopic(name, { requiresDuplicateDetection: true });
    expect(created).toMatchObject({ name, requiresDuplicateDetection: true });
    await expect(admin.createTopic(name)).rejects.toMatchObject(present);
    await admin.updateTopic({ ...created, defaultMessageTimeToLive: 'P1D' });
    expect(await admin.getTopic(name)).toMatchObject({ defaultMessageTimeToLive: 'P1D' });
    expect(await admin.topicExists(name)).toBe(true);
    expect((await listed(admin.listTopics())).map((topic) => topic.name)).toContain(name);
    await admin.createSubscription(name, 's');
    expect((await admin.getTopicRuntimeProperties(name)).subscriptionCount).toBe(1);
    await admin.deleteTopic(name);
    expect(await admin.topicExists(name)).toBe(false);
    expect(await admin.subscriptionExists(name, 's')).toBe(false);
  });

  it('has a size, which counts the copies of all its subscriptions [believed], and a most', async () => {
    const admin = target.administration();
    const name = `topic-${uniqueId()}`;
    const created = await admin.createTopic(name);
    expect(created).toMatchObject({ maxSizeInMegabytes: 1024 });
    expect(await admin.updateTopic({ ...created, maxSizeInMegabytes: 2048 })).toMatchObject({
      maxSizeInMegabytes: 2048,
    });
    expect(await admin.getTopic(name)).toMatchObject({ maxSizeInMegabytes: 2048 });
    for (const one of ['s', 't']) await admin.createSubscription(name, one);
    const size = async () => (await admin.getTopicRuntimeProperties(name)).sizeInBytes ?? 0;
    expect(await size()).toBe(0);
    await target
      .client()
      .createSender(name)
      .sendMessages({ body: Buffer.alloc(10_000) });
    expect(await size()).toBeGreaterThanOrEqual(20_000);
    expect(await size()).toBeLessThan(22_000);
    await receiveOne(target.client().createReceiver(name, 's', taking()));
    expect(await size()).toBeLessThan(11_000);
    await receiveOne(target.client().createReceiver(name, 't', taking()));
    expect(await size()).toBe(0);
    await admin.deleteTopic(name);
  });

  it('lists subscriptions page by page', async () => {
    const admin = target.administration();
    const name = `topic-${uniqueId()}`;
    await admin.createTopic(name);
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const subscription of names) await admin.createSubscription(name, subscription);
    const pages: number[] = [];
    for await (const page of admin.listSubscriptions(name).byPage({ maxPageSize: 2 })) pages.push(page.length);
    expect(pages).toEqual([2, 2, 1]);
    expect((await listed(admin.listSubscriptions(name))).map((one) => one.subscriptionName)).toEqual(names);
    await admin.deleteTopic(name);
  });
});

describe('a subscription', () => {
  it('is created, read, changed and deleted, and has a rule that lets everything in', async () => {
    const admin = target.administration();
    const topic = `topic-${uniqueId()}`;
    await admin.createTopic(topic);
    const created = await admin.createSubscription(topic, 's', { requiresSession: true, lockDuration: 'PT10S' });
    expect(created).toMatchObject({ topicName: topic, subscriptionName: 's', requiresSession: true });
    await expect(admin.createSubscription(topic, 's')).rejects.toMatchObject(present);
    await admin.updateSubscription({ ...created, maxDeliveryCount: 2 });
    expect(await admin.getSubscription(topic, 's')).toMatchObject({ maxDeliveryCount: 2, lockDuration: 'PT10S' });
    expect(await listed(admin.listRules(topic, 's'))).toMatchObject([
      { name: '$Default', filter: { sqlExpression: '1=1' } },
    ]);
    await target.client().createSender(topic).sendMessages({ body: 1, sessionId: 'x' });
    expect(await admin.getSubscriptionRuntimeProperties(topic, 's')).toMatchObject({
      activeMessageCount: 1,
      totalMessageCount: 1,
    });
    await admin.deleteSubscription(topic, 's');
    await expect(admin.getSubscription(topic, 's')).rejects.toMatchObject(missing);
    await admin.deleteTopic(topic);
  });

  it('is deleted when it is idle for as long as it says, five minutes or more', async () => {
    const admin = target.administration();
    const topic = `topic-${uniqueId()}`;
    await admin.createTopic(topic);
    const lasting = await admin.createSubscription(topic, 'lasting');
    expect(lasting).toMatchObject({ autoDeleteOnIdle: 'P10675199DT2H48M5.4775807S' });
    expect(await admin.createSubscription(topic, 's', { autoDeleteOnIdle: 'P1D' })).toMatchObject({
      autoDeleteOnIdle: 'P1D',
    });
    await admin.updateSubscription({ ...lasting, autoDeleteOnIdle: 'PT5M' });
    expect(await admin.getSubscription(topic, 'lasting')).toMatchObject({ autoDeleteOnIdle: 'PT5M' });
    await expect(admin.createSubscription(topic, 'brief', { autoDeleteOnIdle: 'PT4M' })).rejects.toMatchObject({
      statusCode: 400,
    });
    await admin.deleteTopic(topic);
  });

  it('can have another first rule', async () => {
    const admin = target.administration();
    const topic = `topic-${uniqueId()}`;
    await admin.createTopic(topic);
    const defaultRuleOptions = {
      name: 'blue',
      filter: { applicationProperties: { colour: 'blue', count: 2, on: true } },
    };
    await admin.createSubscription(topic, 's', { defaultRuleOptions });
    expect(await listed(admin.listRules(topic, 's'))).toMatchObject([defaultRuleOptions]);
    const sender = target.client().createSender(topic);
    await sender.sendMessages([
      { body: 'no', applicationProperties: { colour: 'blue', count: 3, on: true } },
      { body: 'yes', applicationProperties: { colour: 'blue', count: 2, on: true } },
    ]);
    const receiver = target.client().createReceiver(topic, 's', taking());
    expect((await receive(receiver, 2, 500)).map(({ body }) => body as string)).toEqual(['yes']);
    await admin.deleteTopic(topic);
  });

  it('forwards what it gets, and its dead letters, to where it was told [believed]', async () => {
    const admin = target.administration();
    const [topic, queue, dead] = [`topic-${uniqueId()}`, `queue-${uniqueId()}`, `queue-${uniqueId()}`];
    await admin.createTopic(topic);
    await expect(admin.createSubscription(topic, 's', { forwardTo: queue })).rejects.toMatchObject({ statusCode: 400 });
    await admin.createQueue(dead);
    await admin.createQueue(queue, { forwardDeadLetteredMessagesTo: dead });
    await admin.createSubscription(topic, 's', { forwardTo: queue });
    await target.client().createSender(topic).sendMessages({ body: 'on', messageId: 'm' });
    const receiver = target.client().createReceiver(queue);
    const message = await receiveOne(receiver);
    expect(message).toMatchObject({ body: 'on', messageId: 'm' });
    await receiver.deadLetterMessage(message, { deadLetterReason: 'why', deadLetterErrorDescription: 'how' });
    expect(await receiveOne(target.client().createReceiver(dead, taking()))).toMatchObject({
      body: 'on',
      deadLetterReason: 'why',
      deadLetterSource: queue,
    });
    for (const name of [queue, dead]) await admin.deleteQueue(name);
    await admin.deleteTopic(topic);
  });
});

describe('a rule', () => {
  it('is created, read, changed and deleted', async () => {
    const admin = target.administration();
    const topic = `topic-${uniqueId()}`;
    await admin.createTopic(topic);
    await admin.createSubscription(topic, 's');
    await admin.createRule(topic, 's', 'large', { sqlExpression: 'size > @limit', sqlParameters: { '@limit': 3 } });
    await expect(admin.createRule(topic, 's', 'large', { subject: 'x' })).rejects.toMatchObject(present);
    await expect(admin.createRule(topic, 's', 'bad', { sqlExpression: 'size >' })).rejects.toMatchObject({
      statusCode: 400,
    });
    const rule = await admin.getRule(topic, 's', 'large');
    expect(rule).toMatchObject({
      name: 'large',
      filter: { sqlExpression: 'size > @limit', sqlParameters: { '@limit': 3 } },
    });
    await admin.deleteRule(topic, 's', '$Default');
    await admin.updateRule(topic, 's', {
      ...rule,
      filter: { subject: 'large' },
      action: { sqlExpression: "SET size = 'L'" },
    });
    const sender = target.client().createSender(topic);
    await sender.sendMessages([
      { body: 1, subject: 'small' },
      { body: 2, subject: 'large' },
    ]);
    expect(await receiveOne(target.client().createReceiver(topic, 's', taking()))).toMatchObject({
      body: 2,
      applicationProperties: { size: 'L' },
    });
    await admin.deleteRule(topic, 's', 'large');
    await expect(admin.getRule(topic, 's', 'large')).rejects.toMatchObject(missing);
    await admin.deleteTopic(topic);
  });
});

describe('a partitioned queue', () => {
  it('takes a batch only of messages that belong together', async () => {
    const admin = target.administration();
    const name = `queue-${uniqueId()}`;
    await admin.createQueue(name, { enablePartitioning: true });
    const sender = target.client().createSender(name);
    const mixed = [
      { body: 1, partitionKey: 'a' },
      { body: 2, partitionKey: 'b' },
    ];
    await expect(sender.sendMessages(mixed)).rejects.toMatchObject({ code: 'GeneralError' });
    await sender.sendMessages(mixed.map((message) => ({ ...message, partitionKey: 'a' })));
    expect((await receive(target.client().createReceiver(name, taking()), 2)).length).toBe(2);
    await admin.deleteQueue(name);
  });
});

describe('an administration client', () => {
  it('reads about the namespace', async () => {
    expect(await target.administration().getNamespaceProperties()).toMatchObject({ messagingSku: 'Standard' });
  });

  it('without the key is refused', async () => {
    const wrong = target.connectionString.replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=wrong');
    const admin = new ServiceBusAdministrationClient(wrong, { retryOptions: { maxRetries: 0 } });
    for (const policy of target.administration().pipeline.getOrderedPolicies()) {
      if (policy.name === 'plainHttp') admin.pipeline.addPolicy(policy);
    }
    await expect(admin.createQueue('any')).rejects.toMatchObject({ statusCode: 401, code: 'UnauthorizedRequestError' });
  });
});
