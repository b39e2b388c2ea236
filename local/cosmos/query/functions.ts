import { isObject } from '../json.ts';
import { arrayFunctions } from './arrayFunctions.ts';
import { stringFunctions } from './stringFunctions.ts';
import { typeRank, type Value } from './values.ts';

/** A built-in function: how many arguments it takes, and what it makes of them. Never throws: undefined is "no such value". */
export type BuiltIn = {
  readonly fewest: number;
  readonly most: number;
  readonly apply: (values: readonly Value[], now: number) => Value;
};

const test = (holds: (value: Value) => boolean): BuiltIn => ({
  fewest: 1,
  most: 1,
  apply: ([value]) => holds(value),
});

const math = (operation: (value: number) => number): BuiltIn => ({
  fewest: 1,
  most: 1,
  apply: ([value]) => finite(typeof value === 'number' ? operation(value) : undefined),
});

const finite = (result: number | undefined): Value =>
  result !== undefined && Number.isFinite(result) ? result : undefined;

/** The service rounds halves away from zero; `Math.round` rounds them up. */
const round = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

const ticksPerMillisecond = 10_000;
const ticksAtEpoch = 621_355_968_000_000_000;

const typeFunctions: Readonly<Record<string, BuiltIn>> = {
  IS_DEFINED: test((value) => value !== undefined),
  IS_NULL: test((value) => value === null),
  IS_BOOL: test((value) => typeof value === 'boolean'),
  IS_NUMBER: test((value) => typeof value === 'number'),
  IS_INTEGER: test((value) => Number.isInteger(value)),
  IS_FINITE_NUMBER: test((value) => Number.isFinite(value)),
  IS_STRING: test((value) => typeof value === 'string'),
  IS_ARRAY: test((value) => Array.isArray(value)),
  IS_OBJECT: test((value) => isObject(value)),
  IS_PRIMITIVE: test((value) => typeRank(value) > 0 && typeRank(value) < 5),
};

const mathFunctions: Readonly<Record<string, BuiltIn>> = {
  ABS: math(Math.abs),
  CEILING: math(Math.ceil),
  FLOOR: math(Math.floor),
  ROUND: math(round),
  TRUNC: math(Math.trunc),
  SIGN: math(Math.sign),
  SQRT: math(Math.sqrt),
  SQUARE: math((value) => value * value),
  EXP: math(Math.exp),
  LOG10: math(Math.log10),
  LOG: math(Math.log),
  POWER: {
    fewest: 2,
    most: 2,
    apply: ([base, exponent]) =>
      typeof base === 'number' && typeof exponent === 'number' ? finite(base ** exponent) : undefined,
  },
};

const otherFunctions: Readonly<Record<string, BuiltIn>> = {
  IIF: { fewest: 3, most: 3, apply: ([condition, then, otherwise]) => (condition === true ? then : otherwise) },
  GETCURRENTDATETIME: {
    fewest: 0,
    most: 0,
    apply: (_, now) => new Date(now).toISOString().replace('Z', '0000Z'),
  },
  GETCURRENTTIMESTAMP: { fewest: 0, most: 0, apply: (_, now) => Math.floor(now) },
  GETCURRENTTICKS: { fewest: 0, most: 0, apply: (_, now) => Math.floor(now) * ticksPerMillisecond + ticksAtEpoch },
};

/** Every function that a query may call, by its name in upper case. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map(
  Object.entries({ ...typeFunctions, ...mathFunctions, ...stringFunctions, ...arrayFunctions, ...otherFunctions }),
);
