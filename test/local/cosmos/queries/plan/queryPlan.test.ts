import { expect, it } from 'vitest';
import { createLayout } from '../../../../../local/cosmos/partitions/layout.ts';
import { queryPlanOf } from '../../../../../local/cosmos/queries/plan/queryPlan.ts';

const planOf = (text: string, partitions = 3) =>
  queryPlanOf(createLayout(partitions), {
    text,
    parameters: new Map([['@n', 5]]),
    token: undefined,
    limits: { rows: 10, bytes: 1_000 },
    now: 0,
  }).queryInfo;

it.each([
  ['SELECT * FROM c WHERE c.a = 1', ''],
  ['SELECT DISTINCT c.a FROM c', ''],
  ['SELECT TOP @n * FROM c', ''],
  ['SELECT * FROM c OFFSET 3 LIMIT @n', 'SELECT * FROM c OFFSET 0 LIMIT 8'],
  [
    'SELECT * FROM c WHERE c.a = 1 OR c.b = 2 ORDER BY c.a DESC',
    'SELECT c._rid, [{"item": c.a}] AS orderByItems, c AS payload FROM c WHERE (c.a = 1 OR c.b = 2) AND ({documentdb-formattableorderbyquery-filter}) ORDER BY c.a DESC',
  ],
  [
    'SELECT TOP 2 c.a, c.b AS x FROM c ORDER BY c.a, c.b',
    'SELECT TOP 2 c._rid, [{"item": c.a}, {"item": c.b}] AS orderByItems, {"a": c.a, "x": c.b} AS payload FROM c WHERE ({documentdb-formattableorderbyquery-filter}) ORDER BY c.a, c.b',
  ],
  ['SELECT VALUE COUNT(1) FROM c', 'SELECT VALUE [{"item": COUNT(1)}] FROM c'],
  [
    'SELECT c.a, MAX(c.b) AS most FROM c GROUP BY c.a',
    'SELECT [{"item": c.a}] AS groupByItems, {"a": c.a, "most": {"item": MAX(c.b), "item2": {"max": MAX(c.b), "count": COUNT(c.b)}}} AS payload FROM c GROUP BY c.a',
  ],
])('rewrites %s for several ranges', (query, rewritten) => {
  expect(planOf(query).rewrittenQuery).toBe(rewritten);
});

it('tells clients how to merge', () => {
  expect(planOf('SELECT DISTINCT VALUE c.a FROM c ORDER BY c.a, c.b DESC OFFSET 3 LIMIT @n')).toMatchObject({
    distinctType: 'Unordered',
    top: null,
    offset: 3,
    limit: 5,
    orderBy: ['Ascending', 'Descending'],
    orderByExpressions: ['c.a', 'c.b'],
    hasSelectValue: true,
  });
  expect(planOf('SELECT VALUE AVG(c.a) FROM c')).toMatchObject({ aggregates: ['Average'], hasSelectValue: true });
  expect(planOf('SELECT c.a, COUNT(1) AS n FROM c GROUP BY c.a')).toMatchObject({
    aggregates: [],
    groupByExpressions: ['c.a'],
    groupByAliases: ['a', 'n'],
    groupByAliasToAggregateType: { a: null, n: 'Count' },
    hasSelectValue: false,
  });
});

it('leaves everything to a single range', () => {
  expect(planOf('SELECT VALUE COUNT(1) + 1 FROM c', 1)).toMatchObject({
    aggregates: [],
    orderBy: [],
    rewrittenQuery: expect.stringContaining('SELECT VALUE COUNT(1) + 1 FROM c') as string,
  });
  expect(planOf('SELECT * FROM c', 1).rewrittenQuery).toBe('');
});
