import { ChangeFeedStartFrom, type Container, PartitionKeyKind, PartitionKeyDefinitionVersion } from '@azure/cosmos';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

type Item = { id: string; tenant: string; user?: string; session: number };

let target: Target;
let container: Container;
const items: Item[] = [
  { id: '1', tenant: 'T', user: 'a', session: 1 },
  { id: '2', tenant: 'T', user: 'a', session: 2 },
  { id: '3', tenant: 'T', user: 'b', session: 1 },
  { id: '4', tenant: 'T2', user: 'a', session: 1 },
  { id: '5', tenant: 'T', session: 1 },
];

beforeAll(async () => {
  target = await openTarget();
  container = await target.container({
    partitionKey: {
      paths: ['/tenant', '/user', '/session'],
      kind: PartitionKeyKind.MultiHash,
      version: PartitionKeyDefinitionVersion.V2,
    },
  });
  for (const item of items) await container.items.create(item);
});
afterAll(() => target.close());

it('a point read takes the whole key', async () => {
  expect((await container.item('2', ['T', 'a', 2]).read<Item>()).resource).toMatchObject(items[1] ?? {});
  expect((await container.item('2', ['T', 'a', 1]).read<Item>()).statusCode).toBe(404);
  expect(await refusal(container.item('2', ['T', 'a']).read<Item>())).toBe(400);
});

it.each<[string[], string[]]>([
  [['T'], ['1', '2', '3', '5']],
  [
    ['T', 'a'],
    ['1', '2'],
  ],
  [['T2'], ['4']],
  [['none'], []],
])('a query, also an aggregate [believed], can be about the prefix %j', async (partitionKey, ids) => {
  const query = 'SELECT VALUE c.id FROM c';
  const { resources } = await container.items.query<string>(query, { partitionKey }).fetchAll();
  expect(resources.sort()).toEqual(ids);
  const counted = await container.items.query<number>('SELECT VALUE COUNT(1) FROM c', { partitionKey }).fetchAll();
  expect(counted.resources).toEqual([ids.length]);
});

it.each<[string[], string[]]>([
  [['T'], ['1', '2', '3', '5']],
  [
    ['T', 'a'],
    ['1', '2'],
  ],
  [['T2'], ['4']],
])('the change feed can be about the prefix %j', async (prefix, ids) => {
  const feed = container.items.getChangeFeedIterator<Item>({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(prefix),
  });
  expect((await feed.readNext()).result.map(({ id }) => id)).toEqual(ids);
});

it('a batch takes the whole key', async () => {
  const create = { operationType: 'Create' as const, resourceBody: { id: '9', tenant: 'B', user: 'x', session: 1 } };
  expect((await container.items.batch([create], ['B', 'x', 1])).code).toBe(200);
  expect((await container.items.batch([create], ['B', 'y', 1])).code).toBe(207);
});

it('all items of a key are deleted at once', async () => {
  await container.items.create({ id: '6', tenant: 'D', user: 'a', session: 1 });
  await container.items.create({ id: '7', tenant: 'D', user: 'a', session: 1 });
  await container.items.create({ id: '8', tenant: 'D', user: 'a', session: 2 });
  await container.deleteAllItemsForPartitionKey(['D', 'a', 1]);
  const { resources } = await container.items
    .query<string>('SELECT VALUE c.id FROM c', { partitionKey: ['D'] })
    .fetchAll();
  expect(resources).toEqual(['8']);
});
