import type { BinaryOperator } from '../syntax/ast.ts';
import { compareScalars, equals, type Value } from '../values.ts';

/** Applies a binary operator; returns undefined for operands that it does not accept. */
export type BinaryFunction = (left: Value, right: Value) => Value;

const numeric =
  (operation: (left: number, right: number) => number): BinaryFunction =>
  (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') return undefined;
    const result = operation(left, right);
    return Number.isFinite(result) ? result : undefined;
  };

const ordering =
  (holds: (comparison: number) => boolean): BinaryFunction =>
  (left, right) => {
    const comparison = compareScalars(left, right);
    return comparison === undefined ? undefined : holds(comparison);
  };

export const not = (value: Value): boolean | undefined => (typeof value === 'boolean' ? !value : undefined);

export const binaryOperators: Readonly<Record<BinaryOperator, BinaryFunction>> = {
  '=': equals,
  '!=': (left, right) => not(equals(left, right)),
  '<': ordering((comparison) => comparison < 0),
  '<=': ordering((comparison) => comparison <= 0),
  '>': ordering((comparison) => comparison > 0),
  '>=': ordering((comparison) => comparison >= 0),
  '+': numeric((left, right) => left + right),
  '-': numeric((left, right) => left - right),
  '*': numeric((left, right) => left * right),
  '/': numeric((left, right) => left / right),
  '%': numeric((left, right) => left % right),
  '&': numeric((left, right) => left & right),
  '|': numeric((left, right) => left | right),
  '^': numeric((left, right) => left ^ right),
  '<<': numeric((left, right) => left << right),
  '>>': numeric((left, right) => left >> right),
  '>>>': numeric((left, right) => left >>> right),
  '||': (left, right) => (typeof left === 'string' && typeof right === 'string' ? left + right : undefined),
  '??': (left, right) => (left === undefined ? right : left),
};
