import type { Container, JSONValue } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

let target: Target;
let container: Container;

const items = [
  { id: '1', owner: 'a', n: 1, name: 'Ada', tags: ['x', 'y'], address: { city: 'Bern' }, active: true },
  { id: '2', owner: 'a', n: 2, name: 'bob', tags: ['y'], address: { city: 'Basel' }, active: false },
  { id: '3', owner: 'a', n: 3, name: 'Cy', tags: [], note: null },
  { id: '4', owner: 'a', n: 'four', name: 'ada' },
  { id: '5', owner: 'b', n: 5, name: 'Eve', address: { city: 'Bern' } },
];

beforeAll(async () => {
  target = await openTarget();
  container = await target.container({
    indexingPolicy: {
      includedPaths: [{ path: '/*' }],
      excludedPaths: [{ path: '/secret/?' }],
      compositeIndexes: [
        [
          { path: '/owner', order: 'ascending' },
          { path: '/n', order: 'descending' },
        ],
      ],
    },
  });
  for (const item of items) await container.items.create(item);
});
afterAll(() => target.close());

type Values = Record<string, JSONValue>;
const spec = (query: string, values: Values) => ({
  query,
  parameters: Object.entries(values).map(([name, value]) => ({ name: `@${name}`, value })),
});

/** The rows of a query within the partition "a". */
const ask = async (query: string, values: Values = {}): Promise<unknown[]> =>
  (await container.items.query<unknown>(spec(query, values), { partitionKey: 'a' }).fetchAll()).resources;

/** The rows of a query over all partitions. */
const askAll = async (query: string, values: Values = {}): Promise<unknown[]> =>
  (await container.items.query<unknown>(spec(query, values)).fetchAll()).resources;

const idsWhere = async (condition: string, values: Values = {}): Promise<unknown[]> =>
  (await ask(`SELECT VALUE c.id FROM c WHERE ${condition}`, values)).sort();

describe('WHERE', () => {
  it.each<[string, string[]]>([
    ['c.n = 2', ['2']],
    ['c.n != 2', ['1', '3', '4']],
    ['c.n > 1', ['2', '3']],
    ['c.n >= 2 AND c.n <= 3', ['2', '3']],
    ['c.n BETWEEN 1 AND 2', ['1', '2']],
    ['c.n NOT BETWEEN 1 AND 2', ['3']],
    ["c.n IN (1, 'four')", ['1', '4']],
    ['c.n NOT IN (1, 2)', ['3', '4']],
    ["c.name LIKE '%d%'", ['1', '4']],
    ["c.name LIKE '_y'", ['3']],
    ["c.name NOT LIKE 'A%'", ['2', '3', '4']],
    ["c.name LIKE '[A-C]%'", ['1', '3']],
    ['c.active', ['1']],
    ['NOT c.active', ['2']],
    ['c.active = true OR c.n = 3', ['1', '3']],
    ["c.address.city = 'Bern'", ['1']],
    ['c["address"]["city"] = "Bern"', ['1']],
    ["c.tags[0] = 'y'", ['2']],
    ['IS_DEFINED(c.address)', ['1', '2']],
    ['NOT IS_DEFINED(c.address)', ['3', '4']],
    ['IS_NULL(c.note)', ['3']],
    ['c.note = null', ['3']],
    ['IS_STRING(c.n)', ['4']],
    ["STARTSWITH(c.name, 'a')", ['4']],
    ["STARTSWITH(c.name, 'a', true)", ['1', '4']],
    ["CONTAINS(c.name, 'd')", ['1', '4']],
    ["ENDSWITH(c.name, 'b')", ['2']],
    ["LOWER(c.name) = 'ada'", ['1', '4']],
    ["UPPER(c.name) = 'ADA'", ['1', '4']],
    ["ARRAY_CONTAINS(c.tags, 'y')", ['1', '2']],
    ['ARRAY_LENGTH(c.tags) = 0', ['3']],
    ['LENGTH(c.name) = 2', ['3']],
    ['c.n + 1 = 3', ['2']],
    ['c.n * 2 - 1 = 3', ['2']],
    ["c.name || '!' = 'Cy!'", ['3']],
    ["(c.n = 1 ? 'one' : 'other') = 'one'", ['1']],
    ["(c.note ?? 'none') = 'none'", ['1', '2', '4']],
    ['true', ['1', '2', '3', '4']],
  ])('%s', async (condition, expected) => {
    expect(await idsWhere(condition)).toEqual(expected);
  });

  it('takes its parameters by name', async () => {
    expect(await idsWhere('c.n > @from AND c.name != @name', { from: 1, name: 'bob' })).toEqual(['3']);
    expect(await idsWhere('ARRAY_CONTAINS(@names, c.name)', { names: ['Ada', 'Cy'] })).toEqual(['1', '3']);
    expect(await idsWhere('c.address = @address', { address: { city: 'Basel' } })).toEqual(['2']);
  });

  it('drops rows whose condition is undefined, also behind NOT [believed]', async () => {
    expect(await idsWhere("c.address.city > 'A'")).toEqual(['1', '2']);
    expect(await idsWhere("NOT (c.address.city > 'A')")).toEqual([]);
  });
});

describe('SELECT', () => {
  it('answers whole documents', async () => {
    const [first] = await ask('SELECT * FROM c WHERE c.id = "1"');
    expect(first).toMatchObject(items[0] ?? {});
  });

  it('names columns after properties, aliases, or their number', async () => {
    expect(await ask('SELECT c.n, c.address.city, c.n AS m, c.n + 1, 2 FROM c WHERE c.id = "1"')).toEqual([
      { n: 1, city: 'Bern', m: 1, $1: 2, $2: 2 },
    ]);
  });

  it('leaves undefined properties out, and drops a VALUE that is undefined', async () => {
    expect(await ask('SELECT c.id, c.note FROM c WHERE c.n < 3 ORDER BY c.n')).toEqual([{ id: '1' }, { id: '2' }]);
    expect(await ask('SELECT VALUE c.note FROM c')).toEqual([null]);
  });

  it('builds objects and arrays', async () => {
    expect(await ask('SELECT VALUE { n: c.n, "list": [c.id, c.missing] } FROM c WHERE c.id = "1"')).toEqual([
      { n: 1, list: ['1'] },
    ]);
  });

  it('takes any alias for the container', async () => {
    expect(await ask('SELECT VALUE x.id FROM things x WHERE x.n = 1')).toEqual(['1']);
    expect(await ask('SELECT VALUE a.city FROM c.address a WHERE a.city = "Bern"')).toEqual(['Bern']);
  });

  it('DISTINCT answers equal values once', async () => {
    expect(await askAll('SELECT DISTINCT VALUE c.address.city FROM c ORDER BY c.address.city')).toEqual([
      'Basel',
      'Bern',
    ]);
  });

  it('TOP and OFFSET LIMIT cut the result', async () => {
    expect(await ask('SELECT TOP 2 VALUE c.n FROM c ORDER BY c.n')).toEqual([1, 2]);
    expect(await ask('SELECT TOP @n VALUE c.n FROM c ORDER BY c.n', { n: 1 })).toEqual([1]);
    expect(await ask('SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 1 LIMIT 2')).toEqual([2, 3]);
    expect(await ask('SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 9 LIMIT 2')).toEqual([]);
    expect(await ask('SELECT TOP 0 VALUE c.n FROM c')).toEqual([]);
  });
});

describe('ORDER BY', () => {
  it('ranks types: undefined, null, booleans, numbers, strings [believed]', async () => {
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.n DESC')).toEqual(['4', '3', '2', '1']);
    const [first, second, third] = await ask('SELECT VALUE c.id FROM c ORDER BY c.note DESC');
    expect(first).toBe('3');
    expect([second, third]).not.toContain('3');
    expect(await ask('SELECT VALUE c.id FROM c WHERE c.n < 4 ORDER BY c.active')).toEqual(['3', '2', '1']);
  });

  it('compares strings by code point', async () => {
    expect(await ask('SELECT VALUE c.name FROM c ORDER BY c.name')).toEqual(['Ada', 'Cy', 'ada', 'bob']);
  });

  it('orders by several keys if a composite index has them', async () => {
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.owner, c.n DESC')).toEqual(['4', '3', '2', '1']);
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.owner DESC, c.n')).toEqual(['1', '2', '3', '4']);
    expect(await refusal(ask('SELECT * FROM c ORDER BY c.owner, c.n'))).toBe(400);
    expect(await refusal(ask('SELECT * FROM c ORDER BY c.n, c.name'))).toBe(400);
  });

  it('does not order by what is not indexed or no property', async () => {
    expect(await refusal(ask('SELECT * FROM c ORDER BY c.secret'))).toBe(400);
    expect(await refusal(ask('SELECT * FROM c ORDER BY LOWER(c.name)'))).toBe(400);
  });

  it('works over all partitions', async () => {
    expect(await askAll('SELECT VALUE c.id FROM c WHERE IS_NUMBER(c.n) ORDER BY c.n DESC')).toEqual([
      '5',
      '3',
      '2',
      '1',
    ]);
  });
});

describe('aggregates', () => {
  it('count, sum, compare and average', async () => {
    const numbers = 'FROM c WHERE IS_NUMBER(c.n)';
    expect(await ask('SELECT VALUE COUNT(1) FROM c')).toEqual([4]);
    expect(await ask('SELECT VALUE COUNT(c.address) FROM c')).toEqual([2]);
    expect(await ask(`SELECT VALUE SUM(c.n) ${numbers}`)).toEqual([6]);
    expect(await ask(`SELECT VALUE AVG(c.n) ${numbers}`)).toEqual([2]);
    expect(await ask(`SELECT MIN(c.n) AS low, MAX(c.n) AS high ${numbers}`)).toEqual([{ low: 1, high: 3 }]);
    expect(await ask('SELECT VALUE COUNT(1) FROM c WHERE c.n = 99')).toEqual([0]);
  });

  it('work over all partitions', async () => {
    expect(await askAll('SELECT VALUE COUNT(1) FROM c')).toEqual([5]);
    expect(await askAll('SELECT VALUE MAX(c.n) FROM c WHERE IS_NUMBER(c.n)')).toEqual([5]);
  });

  it('GROUP BY answers a row for each group', async () => {
    const groups = await askAll('SELECT c.address.city AS city, COUNT(1) AS n FROM c GROUP BY c.address.city');
    expect(groups).toHaveLength(3);
    expect(groups).toEqual(expect.arrayContaining([{ city: 'Bern', n: 2 }, { city: 'Basel', n: 1 }, { n: 2 }]));
  });

  it('cannot be mixed with what is not grouped by', async () => {
    expect(await refusal(ask('SELECT c.name, COUNT(1) AS n FROM c GROUP BY c.owner'))).toBe(400);
    expect(await refusal(ask('SELECT * FROM c WHERE COUNT(1) > 1'))).toBe(400);
  });
});

describe('what is wrong with a query is a 400', () => {
  it.each([
    'SELECT',
    'SELEC * FROM c',
    'SELECT * FROM c WHERE',
    'SELECT * FROM c WHERE c.n = ',
    'SELECT * FROM c WHERE (c.n = 1',
    'SELECT * FROM c WHERE c.order = 1',
    'SELECT * FROM c WHERE d.n = 1',
    'SELECT * FROM c WHERE NO_SUCH_FUNCTION(c.n)',
    "SELECT * FROM c WHERE c.n = 'open",
    'SELECT * FROM c; DROP TABLE c',
    'SELECT TOP -1 * FROM c',
  ])('%s', async (query) => {
    expect(await refusal(ask(query))).toBe(400);
  });
});
