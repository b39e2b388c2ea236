import { badRequest } from '../../errors.ts';
import type { Json } from '../../json.ts';
import type { Expression, Query } from '../syntax/ast.ts';
import type { Value } from '../values.ts';
import { compile, type Evaluate, type Scope } from './compile.ts';

/** Compiles the SELECT clause into the function that computes a row. */
export const compileSelection = ({ selection, from }: Query, scope: Scope): Evaluate => {
  if (selection.kind === 'value') return compile(selection.expression, scope);
  if (selection.kind === 'all') {
    const [only, ...others] = from;
    if (only?.alias === undefined || others.length > 0) {
      throw badRequest("'SELECT *' is only valid with a single input set.");
    }
    const { alias } = only;
    return ({ row }) => row[alias];
  }
  const columns = selection.columns.map(({ name, expression }) => [name, compile(expression, scope)] as const);
  return (environment): Value => {
    const entries: [string, Json][] = [];
    for (const [name, evaluate] of columns) {
      const value = evaluate(environment);
      if (value !== undefined) entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  };
};

/** Throws 400 for a combination of clauses that is not allowed. */
export const checkClauses = ({ top, offset, selection, groupBy, orderBy }: Query, isGrouped: boolean): void => {
  if (top !== undefined && offset !== undefined) throw badRequest("'TOP' cannot be used with 'OFFSET LIMIT'.");
  if (!isGrouped) return;
  if (orderBy.length > 0) throw badRequest("'ORDER BY' is not supported with aggregates or 'GROUP BY'.");
  if (selection.kind === 'all') throw badRequest("'SELECT *' is not supported with 'GROUP BY'.");
  const grouped = new Set(groupBy.map((expression) => JSON.stringify(expression)));
  const selected = selection.kind === 'value' ? [selection.expression] : selection.columns.map((c) => c.expression);
  for (const expression of selected) checkGrouped(expression, grouped);
};

/**
 * Throws 400 for a selected expression that can differ within a group: neither aggregate nor constant nor grouped by.
 */
const checkGrouped = (expression: Expression, grouped: ReadonlySet<string>): void => {
  if (expression.kind === 'aggregate' || grouped.has(JSON.stringify(expression))) return;
  const name = expression.kind === 'member' ? memberName(expression.property) : undefined;
  if (expression.kind === 'identifier' || name !== undefined) {
    const what = name ?? (expression as Expression & { kind: 'identifier' }).name;
    throw badRequest(
      `Property reference '${what}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
    );
  }
  for (const child of childrenOf(expression)) checkGrouped(child, grouped);
};

const memberName = (property: Expression): string | undefined =>
  property.kind === 'constant' && typeof property.value === 'string' ? property.value : undefined;

const childrenOf = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'constant':
    case 'parameter':
    case 'identifier':
    case 'aggregate':
    case 'subquery':
      return [];
    case 'member':
      return [expression.object, expression.property];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'logical':
      return expression.operands;
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'in':
      return [expression.value, ...expression.candidates];
    case 'between':
      return [expression.value, expression.low, expression.high];
    case 'like':
      return [expression.value, expression.pattern];
    case 'array':
      return expression.elements;
    case 'object':
      return expression.properties.map(([, value]) => value);
    case 'call':
      return expression.arguments;
  }
};
