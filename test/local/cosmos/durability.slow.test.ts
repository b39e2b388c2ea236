import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Container, CosmosClient } from '@azure/cosmos';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type StartedProgram, startProgram } from './startProgram.ts';

/** More rounds find more; each takes about half a second. */
const rounds = Number(process.env.COSMOS_KILL_ROUNDS ?? 10);
const writersPerRound = 8;
const batchesPerRound = 200;

let folder: string;
let program: StartedProgram | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cosmos-'));
});
afterEach(async () => {
  program?.child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const start = async (): Promise<{ client: CosmosClient; container: Container }> => {
  program = await startProgram('--port', '0', '--data', folder);
  const client = new CosmosClient(program.connectionString);
  const { database } = await client.databases.createIfNotExists({ id: 'bank' });
  const { container } = await database.containers.createIfNotExists({ id: 'events', partitionKey: '/owner' });
  return { client, container };
};

const kill = async (): Promise<void> => {
  if (program === undefined) return;
  const gone = once(program.child, 'exit');
  program.child.kill('SIGKILL');
  await gone;
};

type Item = { id: string; owner: string; n: number };

/** Creates an item and moves the head of its owner on to it, both in one batch, until the server is gone. */
const writeUntilKilled = async (
  container: Container,
  owner: string,
  acknowledged: (owner: string, n: number) => void,
): Promise<void> => {
  for (let n = 0; ; n++) {
    const operations = [
      { operationType: 'Create' as const, resourceBody: { id: String(n), owner, n, text: 'x'.repeat(500) } },
      { operationType: 'Upsert' as const, resourceBody: { id: 'head', owner, n } },
    ];
    try {
      const { code } = await container.items.batch(operations, owner);
      if (code === 200) acknowledged(owner, n);
    } catch {
      // The only way out: the connection has been cut.
      return;
    }
  }
};

it(
  `${rounds} kills at any moment lose nothing that was acknowledged, and leave no half batch`,
  { timeout: 60_000 + rounds * 30_000 },
  async () => {
    const newest = new Map<string, number>();
    let batches = 0;
    const acknowledged = (owner: string, n: number): void => {
      newest.set(owner, n);
      batches++;
    };
    for (let round = 0; round < rounds; round++) {
      const { client, container } = await start();
      const owners = Array.from({ length: writersPerRound }, (_, at) => `${round}.${at}`);
      const writers = owners.map((owner) => writeUntilKilled(container, owner, acknowledged));
      while (batches < (round + 1) * batchesPerRound) await setImmediate();
      await kill();
      await Promise.all(writers);
      client.dispose();
    }

    const { client, container } = await start();
    expect(newest.size).toBeGreaterThan(0);
    const { resources } = await container.items
      .query<Item>('SELECT c.id, c.owner, c.n FROM c', { maxItemCount: 1000 })
      .fetchAll();
    client.dispose();
    const heads = new Map(resources.filter(({ id }) => id === 'head').map(({ owner, n }) => [owner, n]));
    const lost = [...newest].filter(([owner, n]) => (heads.get(owner) ?? -1) < n);
    expect(lost).toEqual([]);
    for (const [owner, n] of heads) {
      const items = resources.filter((item) => item.owner === owner && item.id !== 'head');
      expect(items.map((item) => item.n).sort((left, right) => left - right)).toEqual([...Array(n + 1).keys()]);
    }
  },
);
