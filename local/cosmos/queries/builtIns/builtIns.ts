import { isObject } from '../../json.ts';
import { typeRank, type Value } from '../values.ts';
import { arrayFunctions } from './arrayFunctions.ts';
import type { BuiltIn } from './builtIn.ts';
import { dateFunctions } from './dateFunctions.ts';
import { mathFunctions } from './mathFunctions.ts';
import { stringFunctions } from './stringFunctions.ts';

const test = (holds: (value: Value) => boolean): BuiltIn => ({
  fewest: 1,
  most: 1,
  apply: ([value]) => holds(value),
});

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

const otherFunctions: Readonly<Record<string, BuiltIn>> = {
  IIF: { fewest: 3, most: 3, apply: ([condition, then, otherwise]) => (condition === true ? then : otherwise) },
};

/** Every function that a query may call, by its name in upper case. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map(
  Object.entries({
    ...typeFunctions,
    ...mathFunctions,
    ...stringFunctions,
    ...arrayFunctions,
    ...dateFunctions,
    ...otherFunctions,
  }),
);

/**
 * Functions of Azure that this service does not have. Regular expressions are missing because they can take exponential
 * time.
 */
export const isUnsupported = (name: string): boolean =>
  /^(ST_|FULLTEXT|INT(ADD|SUB|MUL|DIV|MOD|BIT))/.test(name) || unsupported.has(name);

const unsupported = new Set(
  'REGEXMATCH RAND VECTORDISTANCE RRF COUNTIF MAKELIST MAKESET DOCUMENTID DATETIMEBIN ARRAY_AVG ARRAY_MAX ARRAY_MEDIAN ARRAY_MIN ARRAY_SUM'.split(
    ' ',
  ),
);
