import { ChangeFeedStartFrom, type Container, CosmosClient, ConsistencyLevel } from '@azure/cosmos';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../../local/cosmos/server.ts';
import type { RunningService } from '../../../../local/service/runningService.ts';
import { refusal } from '../contract/target.ts';

const lagMs = 1_000;

let service: RunningService;
let clock: { ms: number };
let clients: CosmosClient[];
let writer: Container;

beforeEach(async () => {
  clock = { ms: 1_700_000_000_000 };
  service = await startCosmos({ port: 0, lagMs, now: () => clock.ms });
  clients = [];
  const client = connect();
  const { database } = await client.databases.create({ id: 'bank' });
  ({ container: writer } = await database.containers.create({ id: 'things', partitionKey: '/owner' }));
});
afterEach(async () => {
  for (const client of clients) client.dispose();
  await service.close();
});

const connect = (consistencyLevel?: keyof typeof ConsistencyLevel): CosmosClient => {
  const client = new CosmosClient({
    connectionString: service.connectionString,
    ...(consistencyLevel === undefined ? {} : { consistencyLevel }),
  });
  clients.push(client);
  return client;
};

const as = (level?: keyof typeof ConsistencyLevel): Container => connect(level).database('bank').container('things');

const pass = (ms: number): void => {
  clock.ms += ms;
};

type Thing = { id: string; owner: string; n: number };

const pointRead = async (container: Container, id = '1') => (await container.item(id, 'a').read<Thing>()).resource?.n;
const queried = async (container: Container, query = 'SELECT VALUE c.n FROM c ORDER BY c.n DESC') =>
  (await container.items.query<number>(query, { partitionKey: 'a' }).fetchAll()).resources;
const fromBeginning = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() };
const changes = async (container: Container) => {
  const { result, statusCode } = await container.items.getChangeFeedIterator<Thing>(fromBeginning).readNext();
  return statusCode === 304 ? [] : result.map(({ id, n }) => `${id}=${n}`);
};

const write = async (n: number, id = '1'): Promise<void> => {
  await writer.items.upsert<Thing>({ id, owner: 'a', n });
};

const weak = ['Session', 'ConsistentPrefix', 'Eventual'] as const;

describe('the account', () => {
  it('is of bounded staleness', async () => {
    const { resource } = await connect().getDatabaseAccount();
    expect(resource?.consistencyPolicy).toBe('BoundedStaleness');
  });

  it('refuses what is stronger', async () => {
    expect(await refusal(as('Strong').item('1', 'a').read())).toBe(400);
  });

  it('charges twice for reads that are not relaxed', async () => {
    await write(1);
    pass(lagMs);
    const charges = await Promise.all(
      [undefined, 'BoundedStaleness', ...weak].map(
        async (level) =>
          (
            await as(level as (typeof weak)[number])
              .item('1', 'a')
              .read()
          ).requestCharge,
      ),
    );
    expect(charges).toEqual([2, 2, 1, 1, 1]);
    const query = async (container: Container) =>
      (await container.items.query('SELECT * FROM c', { partitionKey: 'a' }).fetchNext()).requestCharge;
    expect(await query(as())).toBeCloseTo(2 * (await query(as('Eventual'))));
  });
});

describe.each([undefined, 'BoundedStaleness'] as const)('a client of the level %s', (level) => {
  it('sees every write at once', async () => {
    const container = as(level);
    await write(1);
    expect([await pointRead(container), await queried(container), await changes(container)]).toEqual([1, [1], ['1=1']]);
    await write(2);
    expect([await pointRead(container), await queried(container), await changes(container)]).toEqual([2, [2], ['1=2']]);
    await writer.item('1', 'a').delete();
    expect([await pointRead(container), await queried(container)]).toEqual([undefined, []]);
  });
});

describe.each(weak)('a client of the level %s without a token', (level) => {
  it('does not see yet what is new', async () => {
    await write(1);
    expect([await pointRead(as(level)), await queried(as(level)), await changes(as(level))]).toEqual([
      undefined,
      [],
      [],
    ]);
    pass(lagMs);
    expect([await pointRead(as(level)), await queried(as(level)), await changes(as(level))]).toEqual([1, [1], ['1=1']]);
  });

  it('sees the version of before, with its etag', async () => {
    await write(1);
    const { etag } = await writer.item('1', 'a').read();
    pass(lagMs);
    await write(2);
    const read = await as(level).item('1', 'a').read<Thing>();
    expect([read.resource?.n, read.etag]).toEqual([1, etag]);
    expect([await queried(as(level)), await changes(as(level))]).toEqual([[1], ['1=1']]);
    pass(lagMs);
    expect([await pointRead(as(level)), await queried(as(level))]).toEqual([2, [2]]);
  });

  it('sees what is deleted already', async () => {
    await write(1);
    await write(7, '7');
    pass(lagMs);
    await writer.item('1', 'a').delete();
    await writer.deleteAllItemsForPartitionKey('a');
    expect([await pointRead(as(level)), await queried(as(level)), await changes(as(level))]).toEqual([
      1,
      [7, 1],
      ['1=1', '7=7'],
    ]);
    pass(lagMs);
    expect([await pointRead(as(level)), await queried(as(level))]).toEqual([undefined, []]);
  });

  it('is behind by the time that is set, and always sees one state of everything', async () => {
    for (let n = 1; n <= 5; n++) {
      await write(n, '1');
      await write(n, '2');
      pass(lagMs / 4);
    }
    // The state of a quarter after the first round.
    expect(await queried(as(level))).toEqual([2, 2]);
    expect(await changes(as(level))).toEqual(['1=2', '2=2']);
    expect(await queried(as(level), 'SELECT VALUE COUNT(1) FROM c')).toEqual([2]);
  });

  it('pages through one order', async () => {
    for (const n of [1, 3, 5, 7]) await write(n, String(n));
    pass(lagMs);
    for (const n of [2, 4, 6]) await write(n, String(n));
    await write(70, '7');
    await writer.item('3', 'a').delete();
    const query = as(level).items.query<number>('SELECT VALUE c.n FROM c ORDER BY c.n', {
      partitionKey: 'a',
      maxItemCount: 2,
    });
    expect((await query.fetchAll()).resources).toEqual([1, 3, 5, 7]);
  });

  it('writes to the newest state all the same', async () => {
    const container = as(level);
    await write(1);
    pass(lagMs);
    await write(2);
    const { etag, resource } = await as(level).item('1', 'a').read<Thing>();
    expect(resource?.n).toBe(1);
    const accessCondition = { type: 'IfMatch', condition: etag };
    const stale = container.item('1', 'a').replace({ id: '1', owner: 'a', n: 3 }, { accessCondition });
    expect(await refusal(stale)).toBe(412);
    expect(await refusal(container.items.create({ id: '1', owner: 'a', n: 3 }))).toBe(409);
    const patched = await container.item('1', 'a').patch<Thing>([{ op: 'incr', path: '/n', value: 1 }]);
    expect(patched.resource?.n).toBe(3);
  });
});

describe('a client of session consistency', () => {
  it('sees its own writes, and what came before them', async () => {
    const mine = as('Session');
    await write(1, 'other');
    await mine.items.create<Thing>({ id: '1', owner: 'a', n: 1 });
    expect(await pointRead(mine)).toBe(1);
    expect(await pointRead(mine, 'other')).toBe(1);
    expect(await queried(mine)).toEqual([1, 1]);
    await write(2);
    expect(await pointRead(mine)).toBe(1);
  });

  it('sees what it was refused for', async () => {
    const mine = as('Session');
    await write(1);
    expect(await refusal(mine.items.create({ id: '1', owner: 'a', n: 2 }))).toBe(409);
    expect(await pointRead(mine)).toBe(1);
  });

  it('can be handed the token of another one', async () => {
    const { headers } = await writer.items.create({ id: '1', owner: 'a', n: 1 });
    const sessionToken = String(headers['x-ms-session-token']);
    expect((await as('Session').item('1', 'a').read({ sessionToken })).statusCode).toBe(200);
    expect((await as('Eventual').item('1', 'a').read({ sessionToken })).statusCode).toBe(404);
  });

  it('stands a token of a state that is lost, and rubbish', async () => {
    await write(1);
    for (const sessionToken of ['0:-1#999999', '0:-1#5,1:-1#7', 'rubbish', '#']) {
      const { statusCode } = await as('Session').item('1', 'a').read({ sessionToken });
      expect([200, 404]).toContain(statusCode);
    }
  });
});

it('one request can ask for less than its client', async () => {
  await write(1);
  const { statusCode } = await as().item('1', 'a').read({ consistencyLevel: ConsistencyLevel.Eventual });
  expect(statusCode).toBe(404);
});
