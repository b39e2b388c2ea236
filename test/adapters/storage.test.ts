import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageQueue } from '../../adapters/storage/queue.ts';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { RunningService } from '../../local/service/runningService.ts';
import { startStorageThread } from '../../local/launcher/services/threads/serviceThread.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';

let storage: RunningService;
beforeAll(async () => {
  storage = await startStorageThread({ port: 0, dataDir: await temporaryFolder() });
});
afterAll(() => storage.close());

const received = async (name: string) => {
  const { receivedMessageItems } = await new QueueClient(storage.connectionString, name).receiveMessages();
  return receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString());
};

describe('a message to a queue', () => {
  it('creates the queue that is not there, and arrives as JSON', async () => {
    const queue = storageQueue(() => ({ connectionString: storage.connectionString }), 'steps');
    await queue.send({ a: 'ü' });
    expect(await received('steps')).toEqual(['{"a":"ü"}']);
    await queue.send({ a: 'again' });
    expect(await received('steps')).toEqual(['{"a":"again"}']);
  });

  it('is there only after its delay', async () => {
    const queue = storageQueue(() => ({ connectionString: storage.connectionString }), 'delayed');
    await queue.send('later', 1_000);
    expect(await received('delayed')).toEqual([]);
    await expect.poll(() => received('delayed')).toEqual(['"later"']);
  });

  it('is refused as by a service that is away where nobody answers', async () => {
    const connectionString = storage.connectionString.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1');
    const queue = storageQueue(() => ({ connectionString }), 'nowhere');
    await expect(queue.send('lost')).rejects.toThrow(ServiceUnavailable);
  });
});
