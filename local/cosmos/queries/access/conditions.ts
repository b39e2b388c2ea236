import type { DocumentPath } from '../../definitions/documentPath.ts';
import type { Expression, Query } from '../syntax/ast.ts';
import { documentPathOf } from '../syntax/documentPathOf.ts';
import type { Value } from '../values.ts';

/** A condition that the WHERE clause puts on the value at a path; the clause may contain more. */
export type Condition = {
  readonly path: DocumentPath;
  readonly kind: 'equal' | 'low' | 'high' | 'among';
  /** One value, or several for `among`. Bounds are inclusive, even if those of the query are not. */
  readonly values: readonly Value[];
};

/** The conditions that hold for every row of a query. An index can find candidates by them. */
export const conditionsOf = (query: Query, parameters: ReadonlyMap<string, Value>): Condition[] => {
  const { where, from } = query;
  if (where === undefined) return [];
  const pathOf = (expression: Expression): DocumentPath | undefined => documentPathOf(expression, from);

  const bound = (kind: Condition['kind'], subject: Expression, value: Expression): Condition[] => {
    const path = pathOf(subject);
    const fixed = fixedValue(value, parameters);
    return path === undefined || fixed === undefined ? [] : [{ path, kind, values: [fixed] }];
  };

  const conditions = (expression: Expression): Condition[] => {
    switch (expression.kind) {
      case 'logical':
        return expression.operator === 'AND' ? expression.operands.flatMap(conditions) : [];
      case 'binary': {
        const kinds = boundKinds[expression.operator];
        if (kinds === undefined) return [];
        const { left, right } = expression;
        return [...bound(kinds.left, left, right), ...bound(kinds.right, right, left)];
      }
      case 'between':
        return [...bound('low', expression.value, expression.low), ...bound('high', expression.value, expression.high)];
      case 'in': {
        const path = pathOf(expression.value);
        const values = expression.candidates.map((candidate) => fixedValue(candidate, parameters));
        return path === undefined || values.includes(undefined) ? [] : [{ path, kind: 'among', values }];
      }
      case 'call': {
        const [subject, prefix, ignoreCase] = expression.arguments;
        const path = subject && pathOf(subject);
        const text = prefix && fixedValue(prefix, parameters);
        if (expression.name !== 'STARTSWITH' || path === undefined || typeof text !== 'string' || ignoreCase) return [];
        return [
          { path, kind: 'low', values: [text] },
          { path, kind: 'high', values: [`${text}\u{10ffff}`] },
        ];
      }
      default:
        return [];
    }
  };
  return conditions(where);
};

/** The kind of condition that `left operator right` puts on its left side, and on its right side. */
const boundKinds: Readonly<Record<string, { left: Condition['kind']; right: Condition['kind'] } | undefined>> = {
  '=': { left: 'equal', right: 'equal' },
  '>': { left: 'low', right: 'high' },
  '>=': { left: 'low', right: 'high' },
  '<': { left: 'high', right: 'low' },
  '<=': { left: 'high', right: 'low' },
};

const fixedValue = (expression: Expression, parameters: ReadonlyMap<string, Value>): Value => {
  if (expression.kind === 'constant') return expression.value;
  return expression.kind === 'parameter' ? parameters.get(expression.name) : undefined;
};
