import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { ServiceBusClient } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EmulatorConfig } from '../../../local/serviceBus/definitions/config.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { freePort } from '../../support/freePort.ts';
import { administrationAt } from './contract/target.ts';

const config: EmulatorConfig = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'n',
        Queues: [
          { Name: 'q', Properties: { MaxDeliveryCount: 5 } },
          { Name: 'sessions', Properties: { RequiresSession: true } },
        ],
        Topics: [
          {
            Name: 't',
            Properties: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT10M' },
            Subscriptions: [{ Name: 's' }],
          },
        ],
      },
    ],
  },
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'service-bus-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function start(options: { dataDir?: string; port?: number; now?: () => number; config?: EmulatorConfig } = {}) {
  const service = await startServiceBus({ port: 0, config, ...options });
  const client = new ServiceBusClient(service.connectionString);
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await client.close();
    await service.close();
  };
  onTestFinished(stop);
  return { service, client, stop };
}

describe('the service', () => {
  it('ends the links of a client whose token expires [believed]', async () => {
    const { service, client } = await start();
    const expiry = Math.ceil(Date.now() / 1000) + 3;
    const resource = encodeURIComponent(`sb://127.0.0.1:${service.port}/q`);
    const signature = createHmac('sha256', 'SAS_KEY_VALUE').update(`${resource}\n${expiry}`).digest('base64');
    const token = `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=RootManageSharedAccessKey`;
    const endpoint = `Endpoint=sb://127.0.0.1:${service.port};SharedAccessSignature=${token};UseDevelopmentEmulator=true`;
    const brief = new ServiceBusClient(endpoint, { retryOptions: { maxRetries: 0 } });
    onTestFinished(() => brief.close());
    const errors: unknown[] = [];
    const bodies: unknown[] = [];
    brief.createReceiver('q').subscribe({
      processMessage: ({ body }) => Promise.resolve(void bodies.push(body)),
      processError: ({ error }) => Promise.resolve(void errors.push(error)),
    });
    await client.createSender('q').sendMessages({ body: 'in time' });
    await expect.poll(() => bodies).toEqual(['in time']);
    await expect.poll(() => errors[0]).toMatchObject({ code: 'UnauthorizedAccess' });
    await client.createSender('q').sendMessages({ body: 'too late' });
    const [message] = await client.createReceiver('q').receiveMessages(1);
    expect(message?.body).toBe('too late');
  });

  it('says where it listens', async () => {
    const { service } = await start();
    expect(service.connectionString).toBe(
      `Endpoint=sb://127.0.0.1:${service.port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    );
  });

  it('rejects with the error of the port, and lets go of its data', async () => {
    const dataDir = temporaryFolder();
    const { service } = await start();
    const again = startServiceBus({ port: service.port, config, dataDir });
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE', port: service.port });
    await start({ dataDir });
  });

  it('has its data to itself', async () => {
    const dataDir = temporaryFolder();
    await start({ dataDir });
    await expect(startServiceBus({ port: 0, config, dataDir })).rejects.toThrow('database is locked');
  });

  it('ends its connections such that clients come back to the next one', async () => {
    const { service, client } = await start({ port: await freePort() });
    const bodies: unknown[] = [];
    client.createReceiver('q').subscribe(
      {
        processMessage: ({ body }) => {
          bodies.push(body);
          return Promise.resolve();
        },
        processError: () => Promise.resolve(),
      },
      {},
    );
    await client.createSender('q').sendMessages({ body: 'first' });
    await expect.poll(() => bodies).toEqual(['first']);
    const startedAt = Date.now();
    await service.close();
    expect(Date.now() - startedAt).toBeLessThan(900);
    const next = await startServiceBus({ port: service.port, config });
    onTestFinished(() => next.close());
    await expect.poll(() => client.createSender('q').sendMessages({ body: 'second' })).toBeUndefined();
    await expect.poll(() => bodies).toEqual(['first', 'second']);
  });
});

describe('after a restart', () => {
  it('everything is as it was: bodies, order, delivery counts, dead letters, numbers', async () => {
    const dataDir = temporaryFolder();
    const first = await start({ dataDir });
    const sender = first.client.createSender('q');
    await sender.sendMessages([1, 2, 3, 4, 5].map((body) => ({ body, applicationProperties: { body } })));
    const receiver = first.client.createReceiver('q');
    const taken = await receiver.receiveMessages(4, { maxWaitTimeInMs: 20_000 });
    const [completed, abandoned, dead, deferred] = taken;
    if (!completed || !abandoned || !dead || !deferred) throw new Error('Messages are missing.');
    await receiver.completeMessage(completed);
    await receiver.deadLetterMessage(dead, { deadLetterReason: 'bad', deadLetterErrorDescription: 'very' });
    await receiver.deferMessage(deferred);
    await receiver.abandonMessage(abandoned, { touched: true });
    await sender.scheduleMessages({ body: 'scheduled' }, new Date(Date.now() + 60_000));
    await first.stop();

    const second = await start({ dataDir, now: () => Date.now() + 61_000 });
    const options = { receiveMode: 'receiveAndDelete' } as const;
    await second.client.createSender('q').sendMessages({ body: 6 });
    const rest = second.client.createReceiver('q', options);
    const messages = [];
    while (messages.length < 4) messages.push(...(await rest.receiveMessages(1, { maxWaitTimeInMs: 20_000 })));
    expect(messages.map(({ body, deliveryCount }) => [body as unknown, deliveryCount])).toEqual([
      [2, 1],
      [5, 0],
      ['scheduled', 0],
      [6, 0],
    ]);
    expect(messages[0]?.applicationProperties).toEqual({ body: 2, touched: true });
    expect(messages[3]?.sequenceNumber?.toNumber()).toBeGreaterThan(deferred.sequenceNumber?.toNumber() ?? Infinity);
    const deadLetters = second.client.createReceiver('q', { ...options, subQueueType: 'deadLetter' });
    expect(await deadLetters.receiveMessages(1, { maxWaitTimeInMs: 20_000 })).toMatchObject([
      { body: 3, deadLetterReason: 'bad' },
    ]);
    if (!deferred.sequenceNumber) throw new Error('A message without a sequence number.');
    expect(await rest.receiveDeferredMessages(deferred.sequenceNumber)).toMatchObject([{ body: 4 }]);
  });

  it('sessions have their state and messages', async () => {
    const dataDir = temporaryFolder();
    const first = await start({ dataDir });
    await first.client.createSender('sessions').sendMessages({ body: 1, sessionId: 'x' });
    const receiver = await first.client.acceptSession('sessions', 'x');
    await receiver.setSessionState('halfway');
    await first.stop();

    const second = await start({ dataDir });
    const again = await second.client.acceptNextSession('sessions');
    expect(again.sessionId).toBe('x');
    expect(await again.getSessionState()).toBe('halfway');
    expect(await again.receiveMessages(1)).toMatchObject([{ body: 1 }]);
  });

  it('what was created, changed and deleted is so still, unless the configuration says something new', async () => {
    const dataDir = temporaryFolder();
    const first = await start({ dataDir });
    const admin = administrationAt(first.service.connectionString);
    await admin.createTopic('made');
    await admin.createSubscription('made', 's', { lockDuration: 'PT7S' });
    await admin.createRule('made', 's', 'more', { subject: 'x' });
    await first.client.createSender('made').sendMessages({ body: 1 });
    await admin.updateQueue({ ...(await admin.getQueue('q')), lockDuration: 'PT9S' });
    await admin.deleteTopic('t');
    await first.stop();

    const second = await start({ dataDir });
    const again = administrationAt(second.service.connectionString);
    expect(await again.getSubscription('made', 's')).toMatchObject({ lockDuration: 'PT7S' });
    expect(await again.getRule('made', 's', 'more')).toMatchObject({ filter: { subject: 'x' } });
    expect(await again.getSubscriptionRuntimeProperties('made', 's')).toMatchObject({ activeMessageCount: 1 });
    expect(await again.getQueue('q')).toMatchObject({ lockDuration: 'PT9S', maxDeliveryCount: 5 });
    expect(await again.topicExists('t')).toBe(false);
    await second.stop();

    const changed = structuredClone(config);
    changed.UserConfig.Namespaces[0]?.Queues?.splice(0, 1, { Name: 'q', Properties: { MaxDeliveryCount: 6 } });
    const third = await start({ dataDir, config: changed });
    const last = administrationAt(third.service.connectionString);
    expect(await last.getQueue('q')).toMatchObject({ lockDuration: 'PT1M', maxDeliveryCount: 6 });
    expect(await last.topicExists('made')).toBe(true);
  });

  it('repeats are still known, until the window is over', async () => {
    const dataDir = temporaryFolder();
    const first = await start({ dataDir });
    await first.client.createSender('t').sendMessages({ body: 'first', messageId: 'one' });
    await first.stop();

    const second = await start({ dataDir });
    await second.client.createSender('t').sendMessages({ body: 'repeat', messageId: 'one' });
    await second.stop();

    const later = await start({ dataDir, now: () => Date.now() + 600_000 });
    await later.client.createSender('t').sendMessages({ body: 'new again', messageId: 'one' });
    const receiver = later.client.createReceiver('t', 's', { receiveMode: 'receiveAndDelete' });
    const bodies: unknown[] = [];
    while (bodies.length < 2) {
      const received = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
      bodies.push(...received.map(({ body }) => body as unknown));
    }
    expect(bodies).toEqual(['first', 'new again']);
  });
});
