import { describe, expect, it } from 'vitest';
import { prepareQuery } from '../../../../../local/cosmos/queries/evaluation/prepare.ts';
import type { Expression } from '../../../../../local/cosmos/queries/syntax/ast.ts';
import { parseQuery } from '../../../../../local/cosmos/queries/syntax/parser.ts';

/** An expression with every bracket written out. */
const show = (expression: Expression): string => {
  switch (expression.kind) {
    case 'constant':
      return JSON.stringify(expression.value);
    case 'parameter':
    case 'identifier':
      return expression.name;
    case 'member':
      return `${show(expression.object)}[${show(expression.property)}]`;
    case 'unary':
      return `(${expression.operator} ${show(expression.operand)})`;
    case 'binary':
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`;
    case 'logical':
      return `(${expression.operands.map(show).join(` ${expression.operator} `)})`;
    case 'between':
      return `(${show(expression.value)} BETWEEN ${show(expression.low)} AND ${show(expression.high)})`;
    case 'in':
      return `(${show(expression.value)} IN ${expression.candidates.map(show).join()})`;
    default:
      return expression.kind;
  }
};

const whereOf = (query: string): string => {
  const { where } = parseQuery(query);
  return where === undefined ? '' : show(where);
};
const where = (condition: string): string => whereOf(`SELECT * FROM c WHERE ${condition}`);

describe('precedence', () => {
  it.each([
    ['1 + 2 * 3 = 7', '((1 + (2 * 3)) = 7)'],
    ['10 - 4 - 3', '((10 - 4) - 3)'],
    ['(1 + 2) * 3', '((1 + 2) * 3)'],
    ['true OR false AND false', '(true OR (false AND false))'],
    ['NOT a = 1 AND b', '((NOT (a = 1)) AND b)'],
    ['a BETWEEN 1 AND 2 AND b', '((a BETWEEN 1 AND 2) AND b)'],
    ['a NOT IN (1, 2) OR b', '((NOT (a IN 1,2)) OR b)'],
    ['-a.b + 1', '((- a["b"]) + 1)'],
    ["a || 'x' = 'yx'", '((a || "x") = "yx")'],
    ['a <> 1', '(a != 1)'],
  ])('%s', (condition, expected) => {
    expect(where(condition)).toBe(expected);
  });
});

describe('texts', () => {
  it('are quoted either way and escape with a backslash', () => {
    expect(where(`c.a = 'it\\'s' AND c.b = "say \\"hi\\"\\n\\u0041"`)).toBe(
      '((c["a"] = "it\'s") AND (c["b"] = "say \\"hi\\"\\nA"))',
    );
  });

  it('may hold comments, which are not', () => {
    expect(where(`c.a = '-- no' -- a comment`)).toBe('(c["a"] = "-- no")');
  });

  it('and keywords may be written in any case', () => {
    expect(whereOf('select * from c where c.a = TRUE or c.b = Null')).toBe('((c["a"] = true) OR (c["b"] = null))');
  });
});

describe('what is not supported is refused by its name', () => {
  it.each([
    ['SELECT * FROM c WHERE c.a IN (SELECT VALUE 1)', 'subquery'],
    ['SELECT udf.mine(c.a) FROM c', 'UDF'],
    ['SELECT * FROM c ORDER BY RANK x', 'RANK'],
    ['SELECT REGEXMATCH(c.a, "x") FROM c', 'REGEXMATCH'],
    ['SELECT LOWER(c.a, c.b) FROM c', 'LOWER'],
    ['SELECT COUNT(1) FROM c ORDER BY c.a', 'ORDER BY'],
    ['SELECT TOP 1 * FROM c OFFSET 1 LIMIT 1', 'TOP'],
    ['SELECT * FROM c WHERE c.value = 1', 'VALUE'],
    ['SELECT * FROM c WHERE x = 1', "'x'"],
    ['SELECT * FROM c JOIN t IN c.tags', 'SELECT *'],
    ['SELECT c.id FROM c JOIN c IN c.tags', "'c'"],
    ['SELECT c.id FROM c JOIN t IN d.tags', "'d'"],
    ['SELECT c.id FROM c WHERE EXISTS (SELECT 1 FROM d)', "'d'"],
    ['SELECT ARRAY(SELECT VALUE t FROM t IN c.tags ORDER BY t) FROM c', 'ORDER BY'],
    ['SELECT c.id FROM c JOIN t IN c.tags ORDER BY t', 'ORDER BY'],
    ['SELECT ST_DISTANCE(c.a, c.b) FROM c', 'ST_DISTANCE'],
    ['SELECT COUNTIF(c.a) FROM c', 'COUNTIF'],
    ['SELECT NONSENSE(c.a) FROM c', 'NONSENSE'],
  ])('%s', (query, name) => {
    expect(() => prepareQuery(query)).toThrow(name);
  });
});

describe('limits', () => {
  it('a query has at most 512 K characters', () => {
    expect(() => parseQuery(`SELECT * FROM c WHERE c.a = '${'x'.repeat(600_000)}'`)).toThrow('longer');
  });

  it('a thousand alternatives are fine', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => `c.a = ${at}`).join(' OR ');
    expect(() => prepareQuery(`SELECT * FROM c WHERE ${many}`)).not.toThrow();
  });
});
