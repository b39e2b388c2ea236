import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Container, CosmosClient } from '@azure/cosmos';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
let server: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cosmos-'));
});
afterEach(async () => {
  server?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const startServer = async (): Promise<CosmosClient> => {
  const program = join(import.meta.dirname, 'durabilityServer.ts');
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  server = child;
  for await (const connectionString of createInterface(child.stdout)) return new CosmosClient(connectionString);
  throw new Error('The server has not started.');
};

const killServer = async (): Promise<void> => {
  if (server === undefined) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
};

const eventsOf = async (client: CosmosClient): Promise<Container> => {
  const { database } = await client.databases.createIfNotExists({ id: 'bank' });
  const { container } = await database.containers.createIfNotExists({ id: 'events', partitionKey: '/owner' });
  return container;
};

/** Writes pairs of items, each in one batch, until the server is gone; notes what was acknowledged. */
const writeUntilKilled = async (container: Container, owner: string, acknowledged: Set<string>): Promise<void> => {
  for (let n = 0; ; n++) {
    const create = (part: string) => ({
      operationType: 'Create' as const,
      resourceBody: { id: `${n}-${part}`, owner, text: 'x'.repeat(500) },
    });
    try {
      const { code } = await container.items.batch([create('first'), create('second')], owner);
      if (code === 200) acknowledged.add(`${owner}/${n}`);
    } catch {
      // The only way out: the connection has been cut.
      return;
    }
  }
};

it('a kill at any moment loses nothing that was acknowledged, and leaves no half batch', async () => {
  const acknowledged = new Set<string>();
  for (const round of [1, 2]) {
    const client = await startServer();
    const container = await eventsOf(client);
    const enough = acknowledged.size + 300;
    const writers = Array.from({ length: 8 }, (_, at) => writeUntilKilled(container, `${round}.${at}`, acknowledged));
    while (acknowledged.size < enough) await new Promise(setImmediate);
    await killServer();
    await Promise.all(writers);
    client.dispose();
  }

  const client = await startServer();
  const container = await eventsOf(client);
  const { resources } = await container.items
    .query<{ id: string; owner: string }>('SELECT c.id, c.owner FROM c', { maxItemCount: 1000 })
    .fetchAll();
  const parts = new Map<string, string[]>();
  for (const { id, owner } of resources) {
    const [n = '', part = ''] = id.split('-');
    parts.set(`${owner}/${n}`, [...(parts.get(`${owner}/${n}`) ?? []), part]);
  }
  expect([...acknowledged].filter((batch) => !parts.has(batch))).toEqual([]);
  expect([...parts.values()].filter((found) => found.length !== 2)).toEqual([]);
  client.dispose();
});
