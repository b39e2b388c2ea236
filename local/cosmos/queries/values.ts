import { isObject, type Json } from '../json.ts';

/** The value of an expression: JSON, or undefined, which is not the same as null. */
export type Value = Json | undefined;

/** The order in which ORDER BY ranks values of different types. */
export const typeRank = (value: Value): number => {
  switch (typeof value) {
    case 'undefined':
      return 0;
    case 'boolean':
      return 2;
    case 'number':
      return 3;
    case 'string':
      return 4;
    default:
      return value === null ? 1 : Array.isArray(value) ? 5 : 6;
  }
};

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Orders strings by code point, as Azure and SQLite do. JavaScript orders them by UTF-16 unit. */
const compareStrings = (left: string, right: string): number => {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    // A surrogate is part of a code point that is larger than any single unit.
    if (isSurrogate(a) !== isSurrogate(b)) return isSurrogate(a) ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
};

/** A text that is the same for equal values, whatever the order of their properties. */
export const canonicalText = (value: Value): string => {
  if (value === undefined) return 'undefined';
  return JSON.stringify(value, (_, part: Json) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => compareStrings(left, right)))
      : part,
  );
};

/** The total order of ORDER BY, MIN and MAX. */
export const compareValues = (left: Value, right: Value): number => {
  const rank = typeRank(left);
  const otherRank = typeRank(right);
  if (rank !== otherRank) return rank - otherRank;
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right);
  if (rank < 2) return 0;
  if (rank < 4) return Number(left) - Number(right);
  return compareStrings(canonicalText(left), canonicalText(right));
};

/** The operator `=`: undefined if a side is undefined, false for different types. */
export const equals = (left: Value, right: Value): boolean | undefined => {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  return canonicalText(left) === canonicalText(right);
};

/** Compares for `<`, `<=`, `>` and `>=`. Only scalars of one type compare; the result is undefined for others. */
export const compareScalars = (left: Value, right: Value): number | undefined => {
  const rank = typeRank(left);
  return rank === 0 || rank > 4 || rank !== typeRank(right) ? undefined : compareValues(left, right);
};
