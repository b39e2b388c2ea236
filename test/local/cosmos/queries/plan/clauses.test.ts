import { expect, it } from 'vitest';
import { type Clauses, clausesOf } from '../../../../../local/cosmos/queries/plan/clauses.ts';

const nothing: Clauses = {
  selected: [],
  from: '',
  where: '',
  groupBy: [],
  orderBy: [],
  ordering: 'ORDER ',
  beforeOffset: '',
};

it.each<[string, Partial<Clauses>]>([
  ['SELECT * FROM c', { selected: ['*'], from: 'c', beforeOffset: 'SELECT * FROM c' }],
  [
    'select distinct top @n value c["order by"] from c in c.items where c.a = "from (" and not (c.b in (1, 2))',
    {
      selected: ['c["order by"]'],
      from: 'c in c.items',
      where: 'c.a = "from (" and not (c.b in (1, 2))',
    },
  ],
  [
    'SELECT c.a AS x, c.b y, c.c, IIF(c.d, 1, 2) z, {"e": [c.e, 1]} f, -c.g, c.h[0] i FROM c',
    { selected: ['c.a', 'c.b', 'c.c', 'IIF(c.d, 1, 2)', '{"e": [c.e, 1]}', '-c.g', 'c.h[0]'], from: 'c' },
  ],
  [
    'SELECT c.a, COUNT(1) n FROM c JOIN (SELECT VALUE t FROM t IN c.t WHERE t > 1) s GROUP BY c.a, c.b',
    {
      selected: ['c.a', 'COUNT(1)'],
      from: 'c JOIN (SELECT VALUE t FROM t IN c.t WHERE t > 1) s',
      groupBy: ['c.a', 'c.b'],
    },
  ],
  [
    'SELECT * FROM c -- all of it\n ORDER BY c.a, c["b"] desc OFFSET 5 LIMIT @n',
    {
      selected: ['*'],
      from: 'c',
      orderBy: ['c.a', 'c["b"]'],
      ordering: 'ORDER BY c.a, c["b"] desc',
      beforeOffset: 'SELECT * FROM c -- all of it\n ORDER BY c.a, c["b"] desc',
    },
  ],
])('cuts %s', (query, expected) => {
  expect(clausesOf(query)).toEqual({ ...nothing, beforeOffset: query, ...expected });
});
