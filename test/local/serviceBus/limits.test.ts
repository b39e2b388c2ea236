import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EmulatorConfig } from '../../../local/serviceBus/definitions/config.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { administrationAt } from './contract/target.ts';

const config: EmulatorConfig = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'n',
        Topics: [
          {
            Name: 't',
            Properties: { MaxSizeInMegabytes: 1 },
            Subscriptions: [
              { Name: 'kept' },
              { Name: 'brief', Properties: { AutoDeleteOnIdle: 'PT5M', DefaultMessageTimeToLive: 'P1D' } },
            ],
          },
        ],
      },
    ],
  },
};
const minutes = 60_000;

async function start(options: { dataDir?: string; now?: () => number } = {}) {
  const service = await startServiceBus({ port: 0, config, ...options });
  const client = new ServiceBusClient(service.connectionString, { retryOptions: { maxRetries: 0 } });
  const stop = async () => {
    await client.close();
    await service.close();
  };
  onTestFinished(stop);
  return { admin: administrationAt(service.connectionString), client, stop };
}

const receiveAll = async (client: ServiceBusClient, subscription: string, count: number) => {
  const receiver = client.createReceiver('t', subscription, { receiveMode: 'receiveAndDelete' });
  for (let left = count; left > 0;) left -= (await receiver.receiveMessages(left)).length;
  await receiver.close();
};

describe('a topic that is full', () => {
  const large = () => ({ body: Buffer.alloc(200_000) });

  it('refuses senders until there is room again, also across a restart, or until it may be larger', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'service-bus-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const first = await start({ dataDir });
    const sender = first.client.createSender('t');
    // Two copies of each.
    for (let sent = 0; sent < 3; sent++) await sender.sendMessages(large());
    const full = { code: 'QuotaExceeded', message: expect.stringMatching(/maximum entity size .* 't'/) as string };
    await expect(sender.sendMessages([large(), { body: 'small' }])).rejects.toMatchObject(full);
    await expect(sender.scheduleMessages(large(), new Date(Date.now() + minutes))).rejects.toMatchObject(full);
    const { sizeInBytes } = await first.admin.getTopicRuntimeProperties('t');
    expect(sizeInBytes).toBeGreaterThan(1_200_000);
    await first.stop();

    const { admin, client } = await start({ dataDir });
    expect(await admin.getTopicRuntimeProperties('t')).toMatchObject({ sizeInBytes });
    const again = client.createSender('t');
    await expect(again.sendMessages(large())).rejects.toMatchObject(full);
    await receiveAll(client, 'brief', 3);
    await again.sendMessages(large());
    await admin.updateTopic({ ...(await admin.getTopic('t')), maxSizeInMegabytes: 2 });
    for (let sent = 0; sent < 2; sent++) await again.sendMessages(large());
    // Its dead letters take room, too.
    const [letter] = await client.createReceiver('t', 'brief').receiveMessages(1);
    if (!letter) throw new Error('It has some');
    await client.createReceiver('t', 'brief').deadLetterMessage(letter);
    await receiveAll(client, 'kept', 6);
    await receiveAll(client, 'brief', 2);
    expect((await admin.getTopicRuntimeProperties('t')).sizeInBytes).toBeGreaterThan(200_000);
  });
});

describe('a subscription that is deleted when it is idle', () => {
  it('stays while somebody receives, and goes with its messages once nobody has for so long', async () => {
    // The client's tokens for administration are good for five minutes of its own clock.
    let skipped = -60 * minutes;
    const { admin, client } = await start({ now: () => Date.now() + skipped });
    await client.createSender('t').sendMessages({ body: 'waits' });
    const receiver = client.createReceiver('t', 'brief');
    const subscription = receiver.subscribe({
      processMessage: () => Promise.resolve(),
      processError: () => Promise.resolve(),
    });
    await expect
      .poll(() => admin.getSubscriptionRuntimeProperties('t', 'brief'))
      .toMatchObject({ totalMessageCount: 0 });
    skipped += 10 * minutes;
    expect(await admin.subscriptionExists('t', 'brief')).toBe(true);
    await subscription.close();
    await receiver.close();

    skipped += 4 * minutes;
    const peeking = client.createReceiver('t', 'brief');
    await peeking.peekMessages(1);
    await peeking.close();
    skipped += 4 * minutes;
    expect(await admin.subscriptionExists('t', 'brief')).toBe(true);
    await client.createSender('t').sendMessages({ body: 'waits' });
    skipped += 2 * minutes;
    await expect.poll(() => admin.subscriptionExists('t', 'brief')).toBe(false);
    expect(await admin.subscriptionExists('t', 'kept')).toBe(true);
    await expect(client.createReceiver('t', 'brief').receiveMessages(1)).rejects.toMatchObject({
      code: 'MessagingEntityNotFound',
    });
  });
});
