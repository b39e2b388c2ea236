import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Container, CosmosClient } from '@azure/cosmos';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../local/cosmos/server.ts';
import { type Faults, faultsAt } from '../../../local/faults/client.ts';
import type { FaultRule } from '../../../local/faults/faultRules.ts';
import type { RunningService } from '../../../local/service/runningService.ts';

let folder: string;
let service: RunningService;
let client: CosmosClient;
let faults: Faults;
let container: Container;
let containers = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cosmos-'));
  service = await startCosmos({ port: 0, dataDir: folder });
  client = new CosmosClient(service.connectionString);
  faults = faultsAt(service.port);
});
afterAll(async () => {
  client.dispose();
  await service.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  const { database } = await client.databases.createIfNotExists({ id: 'bank' });
  ({ container } = await database.containers.create({ id: `things-${++containers}`, partitionKey: '/owner' }));
  await container.items.create({ id: 'there', owner: 'a', n: 0 });
});
afterEach(() => faults.clear());

const create = (id: string) => ({ operationType: 'Create' as const, resourceBody: { id, owner: 'a' } });

/** One call of the SDK for each kind of operation. */
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  read: () => container.item('there', 'a').read(),
  create: () => container.items.create({ id: 'new', owner: 'a' }),
  upsert: () => container.items.upsert({ id: 'new', owner: 'a' }),
  replace: () => container.item('there', 'a').replace({ id: 'there', owner: 'a', n: 1 }),
  patch: () => container.item('there', 'a').patch([{ op: 'incr', path: '/n', value: 1 }]),
  delete: () => container.item('there', 'a').delete(),
  batch: () => container.items.batch([create('new'), create('newer')], 'a'),
  query: () => container.items.query('SELECT * FROM c', { partitionKey: 'a' }).fetchAll(),
  changeFeed: () => container.items.getChangeFeedIterator().readNext(),
  container: () => container.read(),
  database: () => client.database('bank').read(),
  deletePartition: () => container.deleteAllItemsForPartitionKey('a'),
  bulk: () =>
    container.items.executeBulkOperations([
      { operationType: 'Create', partitionKey: 'a', resourceBody: { id: 'new', owner: 'a' } },
    ]),
};

const outcomeOf = async (operation: string): Promise<unknown> => {
  try {
    await calls[operation]?.();
    return 'done';
  } catch (error) {
    return codeOf(error);
  }
};

/** A batch wraps what went wrong. */
const codeOf = (error: unknown): unknown => {
  if (!(error instanceof Object)) return error;
  if ('code' in error) return error.code;
  return 'cause' in error ? codeOf(error.cause) : error;
};

const idsNow = async (): Promise<unknown[]> => {
  await faults.clear();
  return (await container.items.query<string>('SELECT VALUE c.id FROM c').fetchAll()).resources.sort();
};

const on = (operation: string, fault: FaultRule['fault'], times = 1): FaultRule => ({
  on: { operation, ...(['database'].includes(operation) ? {} : { target: container.id }) },
  times,
  fault,
});

describe('429', () => {
  it.each(Object.keys(calls))('of %s is retried by the SDK until it works', async (operation) => {
    await faults.inject(on(operation, { kind: 'answer', status: 429, retryAfterMs: 1 }, 2));
    expect(await outcomeOf(operation)).toBe('done');
    expect(await faults.hits()).toEqual([2]);
  });

  it('surfaces when it does not end', async () => {
    await faults.inject(on('create', { kind: 'answer', status: 429, retryAfterMs: 1 }, 100));
    expect(await outcomeOf('create')).toBe(429);
    expect(await faults.hits()).toEqual([10]);
    expect(await idsNow()).toEqual(['there']);
  });

  it('is waited for as long as it says', async () => {
    await faults.inject(on('read', { kind: 'answer', status: 429, retryAfterMs: 150 }));
    const start = performance.now();
    expect(await outcomeOf('read')).toBe('done');
    expect(performance.now() - start).toBeGreaterThan(145);
  });
});

describe('other answers surface as the SDK has it', () => {
  it.each<[number, string, unknown, number]>([
    [449, 'read', 449, 1],
    [449, 'create', 449, 1],
    [449, 'batch', 449, 1],
    [449, 'query', 449, 1],
    [408, 'read', 408, 1],
    [408, 'upsert', 408, 1],
    [500, 'replace', 500, 1],
    [503, 'create', 503, 1],
    [503, 'patch', 503, 1],
    [503, 'batch', 503, 1],
    [503, 'read', 'done', 1],
    [503, 'query', 'done', 1],
  ])('%i of %s: %s', async (status, operation, expected, hits) => {
    await faults.inject(on(operation, { kind: 'answer', status }, expected === 'done' ? 1 : 2));
    expect(await outcomeOf(operation)).toBe(expected);
    expect(await faults.hits()).toEqual([hits]);
  });

  it('has no effect', async () => {
    for (const operation of ['create', 'batch', 'delete', 'deletePartition']) {
      await faults.inject(on(operation, { kind: 'answer', status: 503 }));
      expect(await outcomeOf(operation)).toBe(503);
    }
    expect(await idsNow()).toEqual(['there']);
  });

  it('carries a substatus if it has one: a read session that is not available is read again', async () => {
    await faults.inject(on('read', { kind: 'answer', status: 404, substatus: 1002 }));
    expect(await outcomeOf('read')).toBe('done');
    expect(await faults.hits()).toEqual([1]);
  });
});

describe('a connection that is dropped', () => {
  const writes = ['create', 'upsert', 'replace', 'patch', 'delete', 'batch', 'deletePartition'];

  it.each(writes)('before a %s leaves no trace of it', async (operation) => {
    await faults.inject(on(operation, { kind: 'drop', when: 'before' }));
    expect(await outcomeOf(operation)).toBe('ECONNRESET');
    expect(await idsNow()).toEqual(['there']);
    expect((await container.item('there', 'a').read<{ n: number }>()).resource?.n).toBe(0);
  });

  it.each<[string, string[], number | undefined]>([
    ['create', ['new', 'there'], 0],
    ['upsert', ['new', 'there'], 0],
    ['replace', ['there'], 1],
    ['patch', ['there'], 1],
    ['delete', [], undefined],
    ['batch', ['new', 'newer', 'there'], 0],
    ['deletePartition', [], undefined],
  ])('after a %s loses the answer alone', async (operation, ids, n) => {
    await faults.inject(on(operation, { kind: 'drop', when: 'after' }));
    expect(await outcomeOf(operation)).toBe('ECONNRESET');
    expect(await idsNow()).toEqual(ids);
    expect((await container.item('there', 'a').read<{ n: number }>()).resource?.n).toBe(n);
  });

  it('during a read is only a delay', async () => {
    await faults.inject(on('read', { kind: 'drop', when: 'after' }));
    expect(await outcomeOf('read')).toBe('done');
  });
});

describe('time', () => {
  it('passes before a delayed operation takes effect', async () => {
    await faults.inject(on('create', { kind: 'delay', ms: 150 }));
    const created = outcomeOf('create');
    expect((await container.item('new', 'a').read()).statusCode).toBe(404);
    expect(await created).toBe('done');
    expect((await container.item('new', 'a').read()).statusCode).toBe(200);
  });

  it('runs out for the client where there is no answer', async () => {
    const hasty = new CosmosClient({
      connectionString: service.connectionString,
      connectionPolicy: { requestTimeout: 150 },
    });
    const { items } = hasty.database('bank').container(container.id);
    await hasty.getDatabaseAccount();
    await faults.inject(on('create', { kind: 'timeout', when: 'before' }));
    await expect(items.create({ id: 'lost', owner: 'a' })).rejects.toThrow();
    await faults.inject(on('create', { kind: 'timeout', when: 'after' }));
    await expect(items.create({ id: 'written', owner: 'a' })).rejects.toThrow();
    expect(await idsNow()).toEqual(['there', 'written']);
    hasty.dispose();
  });
});

describe('a pause', () => {
  afterEach(() => faults.resume());

  it('drops everything, and what was acknowledged before is there after', async () => {
    await faults.pause();
    expect(await outcomeOf('create')).toBe('ECONNRESET');
    await faults.resume();
    expect(await idsNow()).toEqual(['there']);
  });

  it('ends what is under way, without an effect', async () => {
    await faults.inject(on('create', { kind: 'delay', ms: 100 }));
    const under = outcomeOf('create');
    await expect.poll(() => faults.hits()).toEqual([1]);
    await faults.pause();
    expect(await under).toBe('ECONNRESET');
    await faults.resume();
    // A later request with the same delay comes after it.
    await faults.inject(on('read', { kind: 'delay', ms: 100 }));
    expect(await outcomeOf('read')).toBe('done');
    expect(await idsNow()).toEqual(['there']);
  });

  it('ends by itself if it was given a time', async () => {
    await faults.pause(100);
    expect(await outcomeOf('create')).toBe('ECONNRESET');
    await expect.poll(() => outcomeOf('create')).toBe('done');
  });
});

it('a rule that could never hit is refused', async () => {
  await expect(faults.inject(on('creat', { kind: 'drop', when: 'before' }))).rejects.toThrow("no operation 'creat'");
  await expect(faults.inject(on('create', { kind: 'reorder' }))).rejects.toThrow("no fault 'reorder'");
});
