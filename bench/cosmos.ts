import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Container, CosmosClient } from '@azure/cosmos';

/*
 * How much the embedded Cosmos DB can do, through the official SDK, with the service in a process of its own and its
 * data on disk: `node bench/cosmos.ts`. What limits it is the SDK as much as the service: both share the machine.
 */
const callers = 32;
const secondsPerBench = 4;
const accounts = 200;
const itemsPerAccount = 50;

/** A first prototype reached these figures on two cores; undefined where nobody measured it. */
const prototype: Readonly<Record<string, number | undefined>> = { 'point reads': 3_000, '3-operation batches': 3_300 };

const startService = async (...flags: string[]): Promise<{ child: ChildProcess; connectionString: string }> => {
  const program = join(import.meta.dirname, '../local/cosmos/main.ts');
  const child = spawn(process.execPath, [program, '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) {
    return { child, connectionString: line.replace(/^.*?: /, '') };
  }
  throw new Error('The service has not started.');
};

/** Calls from `callers` loops at once, and answers how many calls a second were made. */
const rate = async (call: (caller: number, n: number) => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  const end = start + secondsPerBench * 1_000;
  let calls = 0;
  const loop = async (caller: number): Promise<void> => {
    for (let n = 0; performance.now() < end; n++) {
      await call(caller, n);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)));
  return calls / ((performance.now() - start) / 1_000);
};

const createContainer = async (client: CosmosClient): Promise<Container> => {
  const { database } = await client.databases.create({ id: 'bench' });
  const { container } = await database.containers.create({
    id: 'events',
    partitionKey: '/account',
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/command'] }] },
    indexingPolicy: { includedPaths: [{ path: '/version/?' }], excludedPaths: [{ path: '/*' }] },
  });
  return container;
};

const event = (account: string, version: number) => ({
  id: String(version).padStart(10, '0'),
  account,
  version,
  command: `${account}:${version}`,
  events: [{ id: version, type: 'MoneyDeposited', data: { amount: { minor: version, currency: 'EUR' } } }],
  text: 'x'.repeat(400),
});

const fill = async (container: Container): Promise<void> => {
  await Promise.all(
    Array.from({ length: accounts }, (_, account) =>
      container.items.batch(
        Array.from({ length: itemsPerAccount }, (_, version) => ({
          operationType: 'Create' as const,
          resourceBody: event(`a${account}`, version),
        })),
        `a${account}`,
      ),
    ),
  );
};

/** A batch of three operations in one partition: the prototype was measured with the same. */
const append = (container: Container, account: string, version: number): Promise<unknown> =>
  container.items.batch(
    [
      { operationType: 'Upsert', resourceBody: { id: 'head', account, version, command: 'head' } },
      { operationType: 'Create', resourceBody: event(account, version) },
      { operationType: 'Upsert', resourceBody: { id: 'other', account, version, command: 'other' } },
    ],
    account,
  );

const query = 'SELECT * FROM c WHERE c.version >= @from ORDER BY c.version';
const page = (container: Container, account: string): Promise<unknown> =>
  container.items
    .query({ query, parameters: [{ name: '@from', value: 30 }] }, { partitionKey: account, maxItemCount: 20 })
    .fetchNext();

const measure = async (container: Container, run: string): Promise<Map<string, number>> => {
  const account = (caller: number, n: number): string => `a${(caller * 7 + n) % accounts}`;
  return new Map([
    [
      'point reads',
      await rate((caller, n) =>
        container.item(String(n % itemsPerAccount).padStart(10, '0'), account(caller, n)).read(),
      ),
    ],
    ['3-operation batches', await rate((caller, n) => append(container, `${run}-${caller}`, n))],
    ['queries of 20 items', await rate((caller, n) => page(container, account(caller, n)))],
  ]);
};

const bench = async (run: string, ...flags: string[]): Promise<Map<string, number>> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-cosmos-'));
  const { child, connectionString } = await startService('--data', folder, ...flags);
  const client = new CosmosClient(connectionString);
  try {
    const container = await createContainer(client);
    await fill(container);
    return await measure(container, run);
  } finally {
    client.dispose();
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  }
};

const normal = await bench('normal');
const full = await bench('full', '--durability', 'full');

const cell = (value: string): string => value.padStart(16);
const row = (name: string, ...cells: string[]): string => `${name.padEnd(22)}${cells.map(cell).join('')}\n`;
process.stdout.write(
  row(`per second, ${callers} callers`, 'normal', 'full', 'full/normal', 'prototype', 'of prototype'),
);
for (const [name, perSecond] of normal) {
  const strict = full.get(name) ?? 0;
  const before = prototype[name];
  process.stdout.write(
    row(
      name,
      perSecond.toFixed(0),
      strict.toFixed(0),
      (strict / perSecond).toFixed(2),
      before?.toFixed(0) ?? '',
      before === undefined ? '' : (perSecond / before).toFixed(2),
    ),
  );
}
