import { isObject } from '../json.ts';
import type { BuiltIn } from './functions.ts';
import { equals, type Value } from './values.ts';

/** Whether every property of the pattern is in the value: ARRAY_CONTAINS with its third argument true. */
const matchesPartly = (value: Value, pattern: Value): boolean => {
  if (!isObject(value) || !isObject(pattern)) return equals(value, pattern) === true;
  return Object.keys(pattern).every(
    (name) => Object.hasOwn(value, name) && equals(value[name], pattern[name]) === true,
  );
};

const includes = (array: readonly Value[], sought: Value): boolean =>
  array.some((element) => equals(element, sought) === true);

export const arrayFunctions: Readonly<Record<string, BuiltIn>> = {
  ARRAY_CONTAINS: {
    fewest: 2,
    most: 3,
    apply: ([array, sought, partly]) => {
      if (!Array.isArray(array)) return undefined;
      return partly === true ? array.some((element) => matchesPartly(element, sought)) : includes(array, sought);
    },
  },
  ARRAY_CONTAINS_ANY: {
    fewest: 2,
    most: 200,
    apply: ([array, ...sought]) => (Array.isArray(array) ? sought.some((value) => includes(array, value)) : undefined),
  },
  ARRAY_CONTAINS_ALL: {
    fewest: 2,
    most: 200,
    apply: ([array, ...sought]) => (Array.isArray(array) ? sought.every((value) => includes(array, value)) : undefined),
  },
  ARRAY_LENGTH: {
    fewest: 1,
    most: 1,
    apply: ([array]) => (Array.isArray(array) ? array.length : undefined),
  },
  ARRAY_CONCAT: {
    fewest: 2,
    most: 200,
    apply: (arrays) => (arrays.every((array) => Array.isArray(array)) ? arrays.flat(1) : undefined),
  },
  ARRAY_SLICE: {
    fewest: 2,
    most: 3,
    apply: ([array, start, length]) => {
      if (!Array.isArray(array) || typeof start !== 'number') return undefined;
      const from = start < 0 ? Math.max(array.length + start, 0) : start;
      return typeof length === 'number' ? array.slice(from, from + Math.max(length, 0)) : array.slice(from);
    },
  },
};
