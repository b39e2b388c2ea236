import { ServiceBusClient } from '@azure/service-bus';
import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../../../local/service/runningService.ts';
import { startStorageThread } from '../../../local/launcher/services/threads/serviceThread.ts';
import { temporaryFolder } from '../launcher/temporaryFolder.ts';
import { startBroker } from './broker.ts';
import { appRoot, eventually, runHost, type TestHost } from './runHost.ts';

let storage: RunningService;
let broker: RunningService;
let host: TestHost;
let service: QueueServiceClient;

const queueOf = async (name: string): Promise<QueueClient> => {
  const queue = service.getQueueClient(name);
  await queue.createIfNotExists();
  return queue;
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const send = async (queue: string, text: string): Promise<void> => {
  await (await queueOf(queue)).sendMessage(text);
};
type Report = { type: string; input: unknown; metadata: Record<string, unknown> };
const reports = (type: string): Report[] => host.sent.filter((message): message is Report => message.type === type);

const textsIn = (name: string, count: number): Promise<string[]> =>
  eventually(async () => {
    const { peekedMessageItems } = await (await queueOf(name)).peekMessages({ numberOfMessages: 32 });
    return peekedMessageItems.length >= count ? peekedMessageItems.map(({ messageText }) => messageText) : undefined;
  }, `${count} messages in ${name}`);

beforeAll(async () => {
  [storage, broker] = await Promise.all([
    startStorageThread({ port: 0, dataDir: await temporaryFolder() }),
    startBroker(),
  ]);
  service = QueueServiceClient.fromConnectionString(storage.connectionString);
  await Promise.all(['work', 'compute'].map(queueOf));
  host = await runHost('queueApp.ts', {
    appRoot: await appRoot({ extensions: { queues: { maxPollingInterval: '00:00:00.2', maxDequeueCount: 3 } } }),
    settings: {
      AzureWebJobsStorage: storage.connectionString,
      BROKER: broker.connectionString,
      NOWHERE: storage.connectionString.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1'),
    },
  });
});
afterAll(async () => {
  await host.close();
  await broker.close();
  await storage.close();
});

describe('a function of a storage queue', () => {
  it('gets a message with its metadata, and the fields of its body over it, and it is gone then', async () => {
    await send('work', base64('{"hello":"world","id":"of the body"}'));
    const { input, metadata } = await eventually(() => reports('work')[0], 'the message');
    expect(input).toEqual({ hello: 'world', id: 'of the body' });
    expect(metadata).toMatchObject({
      queueTrigger: { hello: 'world', id: 'of the body' },
      dequeueCount: 1,
      id: 'of the body',
      hello: 'world',
      popReceipt: expect.any(String) as string,
    });
    for (const name of ['insertionTime', 'expirationTime', 'nextVisibleTime']) {
      expect(Date.parse(metadata[name] as string)).toBeGreaterThan(Date.now() - 60_000);
    }
    await eventually(async () => {
      const { approximateMessagesCount } = await service.getQueueClient('work').getProperties();
      return approximateMessagesCount === 0 || undefined;
    }, 'an empty queue');
  });

  it('gets many at a time', async () => {
    const before = reports('work').length;
    await Promise.all(Array.from({ length: 40 }, (_, n) => send('work', base64(String(n)))));
    await eventually(() => reports('work').length >= before + 40, '40 messages');
    const numbers = reports('work').slice(before);
    expect(new Set(numbers.map(({ input }) => input)).size).toBe(40);
  });

  it('gets one that fails as often as host.json says, and then it is in the poison queue as it was', async () => {
    const text = base64('{"fail":true}');
    await send('work', text);
    expect(await textsIn('work-poison', 1)).toEqual([text]);
    const tries = reports('work').filter(({ input }) => typeof input === 'object' && input !== null && 'fail' in input);
    expect(tries.map(({ metadata }) => metadata.dequeueCount)).toEqual([1, 2, 3]);
    await service.getQueueClient('work-poison').clearMessages();
  });

  it('never gets one that is not encoded as it should be', async () => {
    await send('work', 'no Base64!');
    expect(await textsIn('work-poison', 1)).toEqual(['no Base64!']);
  });

  it('can be run once by hand', async () => {
    const before = reports('work').length;
    await fetch(`${host.url}/admin/functions/work`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{ "input": "by hand" }',
    });
    const { input, metadata } = await eventually(() => reports('work')[before], 'the run');
    expect([input, metadata.queueTrigger]).toEqual(['by hand', 'by hand']);
  });
});

describe('what a function gives back', () => {
  it('goes to the queue of its output, an entry of an array each', async () => {
    await send('compute', base64('x'));
    const texts = await textsIn('results', 2);
    expect(texts.map((text) => Buffer.from(text, 'base64').toString()).toSorted()).toEqual([
      'text of x',
      '{"object":"x"}',
    ]);
  });

  it('goes to Service Bus, and nothing to an output that was not set [believed]', async () => {
    const answer = await fetch(`${host.url}/api/announce`, { method: 'POST', body: '{"a":1}' });
    expect(answer.status).toBe(202);
    const client = new ServiceBusClient(broker.connectionString);
    const [message] = await client.createReceiver('jobs').receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    expect(message?.contentType).toBe('application/json');
    expect(message?.body).toEqual({ a: 1 });
    await client.close();
  });

  it('fails the function if it cannot be sent', async () =>
    expect((await fetch(`${host.url}/api/lose`, { method: 'POST' })).status).toBe(500));
});
