import { isObject, type Json } from '../../json.ts';
import { canonicalText, equals, type Value } from '../values.ts';
import type { BuiltIn } from './builtIn.ts';

/** Whether the value has every property of the pattern, as for ARRAY_CONTAINS with its third argument true. */
const matchesPartly = (value: Value, pattern: Value): boolean => {
  if (!isObject(value) || !isObject(pattern)) return equals(value, pattern) === true;
  return Object.keys(pattern).every(
    (name) => Object.hasOwn(value, name) && equals(value[name], pattern[name]) === true,
  );
};

const includes = (array: readonly Value[], sought: Value): boolean =>
  array.some((element) => equals(element, sought) === true);

/** Longer results are undefined, so that a few nested calls cannot fill the memory. */
const longestResult = 500_000;

const concatenated = (arrays: readonly (readonly Json[])[]): Value =>
  arrays.reduce((sum, { length }) => sum + length, 0) > longestResult ? undefined : arrays.flat(1);

const distinct = (array: readonly Json[]): Json[] => [
  ...new Map(array.map((value) => [canonicalText(value), value])).values(),
];

const ofTwoArrays = (operation: (left: readonly Json[], right: readonly Json[]) => Value): BuiltIn => ({
  fewest: 2,
  most: 2,
  apply: ([left, right]) => (Array.isArray(left) && Array.isArray(right) ? operation(left, right) : undefined),
});

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
    apply: (arrays) => (arrays.every((array) => Array.isArray(array)) ? concatenated(arrays) : undefined),
  },
  SETINTERSECT: ofTwoArrays((left, right) => distinct(left).filter((value) => includes(right, value))),
  SETUNION: ofTwoArrays((left, right) => distinct([...left, ...right])),
  SETDIFFERENCE: ofTwoArrays((left, right) => distinct(left).filter((value) => !includes(right, value))),
  CHOOSE: {
    fewest: 2,
    most: 200,
    apply: ([position, ...values]) => (typeof position === 'number' ? values[position - 1] : undefined),
  },
  OBJECTTOARRAY: {
    fewest: 1,
    most: 3,
    apply: ([object, key = 'k', value = 'v']) => {
      if (!isObject(object) || typeof key !== 'string' || typeof value !== 'string') return undefined;
      return Object.entries(object).map(([name, held]) => ({ [key]: name, [value]: held }));
    },
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
