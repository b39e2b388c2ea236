import { ServiceBusAdministrationClient, ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import { faultsAt } from '../../../local/faults/client.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';

const queues = [
  { Name: 'q' },
  { Name: 'other' },
  { Name: 'brief', Properties: { LockDuration: 'PT1S' } },
  { Name: 's', Properties: { RequiresSession: true } },
];
const config = { UserConfig: { Namespaces: [{ Name: 'n', Queues: queues }] } };

async function start(retryOptions: object = { maxRetries: 0 }) {
  const service = await startServiceBus({ port: 0, config });
  const client = new ServiceBusClient(service.connectionString, { retryOptions });
  onTestFinished(async () => {
    await faults.resume();
    await client.close();
    await service.close();
  });
  const faults = faultsAt(service.port);
  const take = (count: number, maxWaitTimeInMs = 300) => {
    const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
    return receiver.receiveMessages(count, { maxWaitTimeInMs });
  };
  return { service, client, faults, sender: client.createSender('q'), take };
}
const bodies = (messages: readonly ServiceBusReceivedMessage[]) => messages.map(({ body }) => body as unknown);

describe('a fault that was asked for', () => {
  it.each([
    ['a status', { kind: 'answer', status: 503 }, 'ServiceBusy'],
    ['a condition', { kind: 'reject', condition: 'com.microsoft:timeout' }, 'ServiceTimeout'],
  ] as const)('refuses with %s, so many times, and only where it should', async (_, fault, code) => {
    const { client, faults, sender, take } = await start();
    await faults.inject({ on: { operation: 'send', target: 'q' }, times: 2, fault });
    await client.createSender('other').sendMessages({ body: 0 });
    for (const body of [1, 2]) await expect(sender.sendMessages({ body })).rejects.toMatchObject({ code });
    await sender.sendMessages({ body: 3 });
    expect(bodies(await take(3))).toEqual([3]);
    expect(await faults.hits()).toEqual([2]);
  });

  it('drops the connection before or after a message is taken in', async () => {
    // A send in the client library does not notice a lost connection: only its timeout ends it.
    const { faults, sender, take } = await start({ maxRetries: 0, timeoutInMs: 1000 });
    await sender.sendMessages({ body: 'before' });
    await faults.inject({ on: { operation: 'send' }, fault: { kind: 'drop', when: 'before' } });
    await expect(sender.sendMessages({ body: 'lost' })).rejects.toThrow();
    await faults.inject({ on: { operation: 'send' }, fault: { kind: 'drop', when: 'after' } });
    await expect(sender.sendMessages({ body: 'kept' })).rejects.toThrow();
    expect(bodies(await take(3))).toEqual(['before', 'kept']);
  });

  it.each([
    ['before', [1]],
    ['after', []],
  ] as const)('drops the connection %s a message is settled: then %j are left', async (when, left) => {
    const { service, client, faults, sender } = await start();
    await sender.sendMessages({ body: 1 });
    const other = new ServiceBusClient(service.connectionString, {
      retryOptions: { maxRetries: 0, timeoutInMs: 1000 },
    });
    const receiver = other.createReceiver('q');
    const [message] = await receiver.receiveMessages(1);
    if (!message) throw new Error('No message came.');
    await faults.inject({ on: { operation: 'complete' }, fault: { kind: 'drop', when } });
    await expect(receiver.completeMessage(message)).rejects.toThrow();
    await other.close();
    expect(bodies(await client.createReceiver('q').peekMessages(1))).toEqual(left);
  });

  it('delays', async () => {
    const { faults, sender } = await start();
    await sender.sendMessages({ body: 1 });
    await faults.inject({ on: { operation: 'send' }, fault: { kind: 'delay', ms: 200 } });
    const startedAt = performance.now();
    await sender.sendMessages({ body: 2 });
    expect(performance.now() - startedAt).toBeGreaterThan(190);
  });

  it('leaves a sender without an answer, whether the message was taken in or not', async () => {
    const { faults, sender, take } = await start({ maxRetries: 0, timeoutInMs: 1000 });
    await sender.sendMessages({ body: 'first' });
    for (const when of ['before', 'after'] as const) {
      await faults.inject({ on: { operation: 'send' }, fault: { kind: 'timeout', when } });
      await expect(sender.sendMessages({ body: when })).rejects.toThrow();
    }
    expect(bodies(await take(3))).toEqual(['first', 'after']);
  });

  it('delivers a message twice; who comes late has lost the lock', async () => {
    const { client, faults, sender } = await start();
    await sender.sendMessages([{ body: 1 }, { body: 2 }]);
    await faults.inject({ on: { operation: 'deliver' }, fault: { kind: 'duplicate' } });
    const receiver = client.createReceiver('q');
    const messages: ServiceBusReceivedMessage[] = [];
    while (messages.length < 3) messages.push(...(await receiver.receiveMessages(3, { maxWaitTimeInMs: 500 })));
    expect(bodies(messages)).toEqual([1, 1, 2]);
    const [first, second, third] = messages;
    if (!first || !second || !third) throw new Error('Messages are missing.');
    await receiver.completeMessage(first);
    await expect(receiver.completeMessage(second)).rejects.toMatchObject({ code: 'MessageLockLost' });
    await receiver.completeMessage(third);
  });

  it('takes a message in twice', async () => {
    const { faults, sender, take } = await start();
    await faults.inject({ on: { operation: 'send' }, fault: { kind: 'duplicate' } });
    await sender.sendMessages({ body: 'twice' });
    expect(bodies(await take(3))).toEqual(['twice', 'twice']);
  });

  it('lets a message be overtaken', async () => {
    const { faults, sender, take } = await start();
    await sender.sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    await faults.inject({ on: { operation: 'deliver' }, fault: { kind: 'reorder' } });
    expect(bodies(await take(3))).toEqual([2, 1, 3]);
  });

  it('ends locks', async () => {
    const { client, faults, sender } = await start();
    await sender.sendMessages({ body: 1 });
    const receiver = client.createReceiver('q');
    const [message] = await receiver.receiveMessages(1);
    if (!message) throw new Error('No message came.');
    await faults.inject({ on: { operation: 'complete' }, fault: { kind: 'expireLocks' } });
    await expect(receiver.completeMessage(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
    const [again] = await receiver.receiveMessages(1);
    expect(again).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it('ends the locks of sessions', async () => {
    const { client, faults } = await start();
    await client.createSender('s').sendMessages({ body: 1, sessionId: 'x' });
    const receiver = await client.acceptSession('s', 'x');
    await faults.inject({ on: { operation: 'renewLock' }, fault: { kind: 'expireLocks' } });
    await expect(receiver.renewSessionLock()).rejects.toMatchObject({ code: 'SessionLockLost' });
    await expect
      .poll(() => receiver.getSessionState().catch((error: unknown) => error))
      .toMatchObject({ code: 'SessionLockLost' });
    const again = await client.acceptSession('s', 'x');
    expect(await again.receiveMessages(1)).toMatchObject([{ body: 1 }]);
  });

  it.each([
    ['answer', { kind: 'answer', status: 503 }],
    ['drop before', { kind: 'drop', when: 'before' }],
    ['drop after', { kind: 'drop', when: 'after' }],
    ['timeout', { kind: 'timeout', when: 'before' }],
    ['delay', { kind: 'delay', ms: 20 }],
    ['reorder', { kind: 'reorder' }],
    ['duplicate', { kind: 'duplicate' }],
  ] as const)('never costs a message, whatever happens to its delivery: %s', async (_, fault) => {
    const { client, faults } = await start();
    await client.createSender('brief').sendMessages([{ body: 1 }, { body: 2 }]);
    await faults.inject({ on: { operation: 'deliver' }, fault });
    const completed: unknown[] = [];
    const receiver = client.createReceiver('brief');
    receiver.subscribe(
      {
        processMessage: (message) =>
          receiver.completeMessage(message).then(
            () => void completed.push(message.body),
            () => undefined,
          ),
        processError: () => Promise.resolve(),
      },
      { autoCompleteMessages: false },
    );
    await expect.poll(() => completed.toSorted()).toEqual([1, 2]);
    expect(await faults.hits()).toEqual([1]);
  });

  it('refuses links, tokens and administration', async () => {
    const { service, client, faults } = await start();
    await faults.inject({ on: { operation: 'attach', target: 'q' }, fault: { kind: 'answer', status: 404 } });
    await expect(client.createSender('q').sendMessages({ body: 1 })).rejects.toMatchObject({
      code: 'ServiceCommunicationProblem',
    });
    await faults.inject({ on: { operation: 'putToken' }, fault: { kind: 'answer', status: 401 } });
    await expect(client.createSender('other').sendMessages({ body: 1 })).rejects.toMatchObject({
      code: 'UnauthorizedAccess',
    });
    const admin = new ServiceBusAdministrationClient(service.connectionString, { retryOptions: { maxRetries: 0 } });
    admin.pipeline.addPolicy({
      name: 'plainHttp',
      sendRequest(request, next) {
        request.url = request.url.replace(/^https:/, 'http:');
        request.allowInsecureConnection = true;
        return next(request);
      },
    });
    await faults.inject({
      on: { operation: 'administration' },
      fault: { kind: 'answer', status: 429, retryAfterMs: 1 },
    });
    await expect(admin.getQueue('q')).rejects.toMatchObject({ statusCode: 429 });
    expect(await admin.getQueue('q')).toMatchObject({ name: 'q' });
  });

  it('that is not known is refused in words', async () => {
    const { faults } = await start();
    await expect(faults.inject({ on: { operation: 'nonsense' }, fault: { kind: 'duplicate' } })).rejects.toThrow(
      "There is no operation 'nonsense' here, but: putToken, attach",
    );
  });
});

describe('a service that is paused', () => {
  it('drops its clients, and has everything when it is back', async () => {
    const { client, faults, sender } = await start();
    await sender.sendMessages({ body: 'before' });
    const seen: unknown[] = [];
    client.createReceiver('other').subscribe({
      processMessage: ({ body }) => Promise.resolve(void seen.push(body)),
      processError: () => Promise.resolve(),
    });
    await faults.pause();
    await expect(sender.sendMessages({ body: 'during' })).rejects.toThrow();
    await faults.resume();
    await expect.poll(() => sender.sendMessages({ body: 'after' })).toBeUndefined();
    const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
    const messages: ServiceBusReceivedMessage[] = [];
    while (messages.length < 2) messages.push(...(await receiver.receiveMessages(2)));
    expect(bodies(messages)).toEqual(['before', 'after']);
  });
});
