import type { Value } from '../values.ts';

/**
 * A built-in function, with the number of arguments that it takes. It never throws: it returns undefined where it has
 * no value.
 */
export type BuiltIn = {
  readonly fewest: number;
  readonly most: number;
  readonly apply: (values: readonly Value[], now: number) => Value;
};
