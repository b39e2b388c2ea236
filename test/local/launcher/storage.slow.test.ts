import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { QueueClient } from '@azure/storage-queue';
import { describe, expect, it } from 'vitest';
import type { RunningService } from '../../../local/service/runningService.ts';
import { startLazyStorage } from '../../../local/launcher/services/lazyStorage.ts';
import { startStorageThread } from '../../../local/launcher/services/threads/serviceThread.ts';
import { eventually } from '../functionsHost/runHost.ts';
import { flags, start, type Started } from './runStart.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { writeApp } from './writeApp.ts';

/** The app puts texts into a queue, and notes those that it receives. */
const main = `
  import { app, output } from '@azure/functions';
  const queue = { connection: 'AzureWebJobsStorage', queueName: 'things' };
  const things = output.storageQueue(queue);
  app.put('things', {
    extraOutputs: [things],
    handler: async (request, context) => {
      context.extraOutputs.set(things, await request.text());
      return { body: process.env.AzureWebJobsStorage };
    },
  });
  app.storageQueue('note', { ...queue, handler: (thing, context) => context.log('noted ' + thing) });`;

const stop = async ({ child, gone }: Started): Promise<void> => {
  child.kill('SIGINT');
  expect(await gone).toEqual({ code: 0, signal: null });
};

describe.concurrent('storage', () => {
  it.each([[[]], [['--watch']]])('is there as soon as a function needs it, also with %j', async (more) => {
    const folder = await writeApp({
      'main.ts': main,
      'local.settings.json': JSON.stringify({ Values: { AzureWebJobsStorage: 'UseDevelopmentStorage=true' } }),
    });
    const running = start(
      ...flags(await temporaryFolder(), '--storage-port', '0', ...more),
      '--app',
      join(folder, 'main.ts'),
    );
    const { port } = await running.ready;
    const answer = await fetch(`http://127.0.0.1:${port}/api/things`, { method: 'PUT', body: 'a thing' });
    expect(await answer.text(), running.out()).toContain('QueueEndpoint=http://127.0.0.1:');
    await eventually(() => running.out().includes('noted a thing'), 'the message');
    await stop(running);
    expect(running.errors()).toBe('');
  });

  it('costs nothing but its ports until somebody uses it, and then takes part', async () => {
    const lazy = await startLazyStorage({ port: 0, dataDir: await temporaryFolder() });
    const isUsed = () => Promise.race([lazy.used.then(() => true), Promise.resolve(false)]);
    expect(await isUsed()).toBe(false);
    const queue = new QueueClient(lazy.connectionString, 'things');
    await Promise.all([queue.create(), lazy.used]);
    await queue.sendMessage('a thing');
    expect((await queue.receiveMessages()).receivedMessageItems).toMatchObject([{ messageText: 'a thing' }]);
    await lazy.close();
  });

  it('is used from the start where its queues have been used before', async () => {
    const dataDir = await temporaryFolder();
    const first = await startLazyStorage({ port: 0, dataDir });
    await new QueueClient(first.connectionString, 'things').create();
    await first.close();
    const second = await startLazyStorage({ port: 0, dataDir });
    await second.used;
    await second.close();
  });

  it('keeps what it has acknowledged when it is stopped and started', async () => {
    const dataDir = await temporaryFolder();
    const queueOf = ({ connectionString }: RunningService): QueueClient => new QueueClient(connectionString, 'things');
    const first = await startStorageThread({ port: 0, dataDir });
    await queueOf(first).create();
    await queueOf(first).sendMessage('kept');
    await first.close();
    const second = await startStorageThread({ port: 0, dataDir });
    const { receivedMessageItems } = await queueOf(second).receiveMessages();
    expect(receivedMessageItems.map(({ messageText }) => messageText)).toEqual(['kept']);
    await second.close();
  });

  it('whose port is taken says so', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(startStorageThread({ port, dataDir: await temporaryFolder() })).rejects.toThrow(
      `Port ${port} for Storage is taken: choose another one with --storage-port.`,
    );
    await expect(startLazyStorage({ port, dataDir: await temporaryFolder() })).rejects.toThrow(
      `Port ${port} for Storage is taken: choose another one with --storage-port.`,
    );
    server.close();
  });
});
