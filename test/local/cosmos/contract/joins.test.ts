import type { Container } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

let target: Target;
let container: Container;

const items = [
  {
    id: '1',
    owner: 'a',
    tags: [
      { name: 'x', n: 1 },
      { name: 'y', n: 2 },
    ],
    sizes: ['S', 'M'],
    nested: { list: [[1, 2], [3]] },
  },
  { id: '2', owner: 'a', tags: [{ name: 'y', n: 3 }], sizes: ['L'] },
  { id: '3', owner: 'a', tags: [], sizes: ['S'] },
  { id: '4', owner: 'a', tags: 'none' },
  { id: '5', owner: 'b', tags: [{ name: 'x', n: 5 }] },
];

beforeAll(async () => {
  target = await openTarget();
  container = await target.container();
  for (const item of items) await container.items.create(item);
});
afterAll(() => target.close());

const ask = async (query: string): Promise<unknown[]> =>
  (await container.items.query<unknown>(query, { partitionKey: 'a' }).fetchAll()).resources;
const askAll = async (query: string): Promise<unknown[]> =>
  (await container.items.query<unknown>(query).fetchAll()).resources;

describe('JOIN', () => {
  it('answers a row for each element of an array, and none where there is no array', async () => {
    expect(await ask('SELECT c.id, t.name FROM c JOIN t IN c.tags')).toEqual([
      { id: '1', name: 'x' },
      { id: '1', name: 'y' },
      { id: '2', name: 'y' },
    ]);
    expect(await askAll('SELECT VALUE t.n FROM c JOIN t IN c.tags WHERE t.n > 1')).toEqual(
      expect.arrayContaining([2, 3, 5]),
    );
  });

  it('multiplies with a second one', async () => {
    expect(await ask('SELECT VALUE t.name || s FROM c JOIN t IN c.tags JOIN s IN c.sizes')).toEqual([
      'xS',
      'xM',
      'yS',
      'yM',
      'yL',
    ]);
  });

  it('can go on from what is joined', async () => {
    expect(await ask('SELECT VALUE n FROM c JOIN list IN c.nested.list JOIN n IN list')).toEqual([1, 2, 3]);
  });

  it('can join the rows of a subquery', async () => {
    expect(
      await ask(
        'SELECT c.id, t.n FROM c JOIN (SELECT VALUE t FROM t IN c.tags WHERE t.n > 1) AS t WHERE c.owner = "a"',
      ),
    ).toEqual([
      { id: '1', n: 2 },
      { id: '2', n: 3 },
    ]);
    expect(await ask('SELECT VALUE COUNT(1) FROM c JOIN (SELECT VALUE t FROM t IN c.tags WHERE t.name = "y")')).toEqual(
      [2],
    );
  });

  it('counts, groups and sorts like any other query; by what is joined it is not sorted [believed]', async () => {
    expect(await ask('SELECT VALUE COUNT(1) FROM c JOIN t IN c.tags')).toEqual([3]);
    const groups = await ask('SELECT t.name, SUM(t.n) AS sum FROM c JOIN t IN c.tags GROUP BY t.name');
    expect(groups).toHaveLength(2);
    expect(groups).toEqual(
      expect.arrayContaining([
        { name: 'x', sum: 1 },
        { name: 'y', sum: 5 },
      ]),
    );
    expect(await ask('SELECT DISTINCT VALUE t.name FROM c JOIN t IN c.tags')).toEqual(['x', 'y']);
    expect(await ask('SELECT VALUE t.n FROM c JOIN t IN c.tags ORDER BY c.id DESC')).toEqual([3, 1, 2]);
    expect(await ask('SELECT TOP 2 VALUE t.n FROM c JOIN t IN c.tags')).toEqual([1, 2]);
  });

  it('is divided into pages without losing or repeating rows, also within a document', async () => {
    for (const query of [
      'SELECT VALUE t.name || s FROM c JOIN t IN c.tags JOIN s IN c.sizes',
      'SELECT VALUE t.name || s FROM c JOIN t IN c.tags JOIN s IN c.sizes ORDER BY c.id',
    ]) {
      const found: string[] = [];
      const pages = container.items.query<string>(query, { partitionKey: 'a', maxItemCount: 1 });
      while (pages.hasMoreResults()) {
        const { resources } = await pages.fetchNext();
        expect(resources.length).toBeLessThanOrEqual(1);
        found.push(...resources);
      }
      expect(found).toEqual(['xS', 'xM', 'yS', 'yM', 'yL']);
    }
  });
});

describe('FROM', () => {
  it('reads the elements of an array in the documents', async () => {
    expect(await ask('SELECT VALUE t.n FROM t IN c.tags')).toEqual([1, 2, 3]);
    expect(await ask('SELECT * FROM t IN c.sizes')).toEqual(['S', 'M', 'L', 'S']);
  });

  it('reads a subquery [believed]', async () => {
    expect(await ask('SELECT s.id FROM (SELECT c.id FROM c WHERE c.id > "2") AS s')).toEqual([
      { id: '3' },
      { id: '4' },
    ]);
  });
});

describe('a subquery', () => {
  it('EXISTS if it has a row', async () => {
    expect(
      await ask('SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t.name = "x")'),
    ).toEqual(['1']);
    expect(await ask('SELECT VALUE c.id FROM c WHERE NOT EXISTS(SELECT VALUE t FROM t IN c.tags)')).toEqual(['3', '4']);
    expect(await ask('SELECT EXISTS(SELECT VALUE s FROM s IN c.sizes) AS sized FROM c WHERE c.id = "4"')).toEqual([
      { sized: false },
    ]);
  });

  it('is an ARRAY of its rows', async () => {
    expect(await ask('SELECT c.id, ARRAY(SELECT VALUE t.name FROM t IN c.tags WHERE t.n > 1) AS names FROM c')).toEqual(
      [
        { id: '1', names: ['y'] },
        { id: '2', names: ['y'] },
        { id: '3', names: [] },
        { id: '4', names: [] },
      ],
    );
    expect(await ask('SELECT VALUE ARRAY(SELECT t.name FROM t IN c.tags) FROM c WHERE c.id = "2"')).toEqual([
      [{ name: 'y' }],
    ]);
  });

  it('is a value', async () => {
    expect(await ask('SELECT VALUE (SELECT VALUE COUNT(1) FROM t IN c.tags) FROM c')).toEqual([2, 1, 0, 0]);
    expect(await ask('SELECT VALUE c.id FROM c WHERE (SELECT VALUE SUM(t.n) FROM t IN c.tags) = 3')).toEqual([
      '1',
      '2',
    ]);
    expect(await ask('SELECT VALUE s.twice FROM c JOIN (SELECT c.id || c.id AS twice) AS s')).toEqual([
      '11',
      '22',
      '33',
      '44',
    ]);
  });

  it('that yields several rows is no value [believed]', async () => {
    expect(await refusal(ask('SELECT VALUE (SELECT VALUE t FROM t IN c.tags) FROM c'))).toBe(400);
  });

  it('takes parameters', async () => {
    const query = {
      query: 'SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t.name = @name)',
      parameters: [{ name: '@name', value: 'y' }],
    };
    expect((await container.items.query<string>(query).fetchAll()).resources).toEqual(['1', '2']);
    expect(await refusal(ask(query.query))).toBe(400);
  });
});

it('a condition of a patch can look into arrays', async () => {
  const patched = container.item('5', 'b').patch({
    condition: 'FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t.n = 6)',
    operations: [{ op: 'add', path: '/seen', value: true }],
  });
  expect(await refusal(patched)).toBe(412);
});
