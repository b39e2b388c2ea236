import type { Value } from '../values.ts';

/** A built-in function: how many arguments it takes, and what it makes of them. Never throws: undefined is "no such value". */
export type BuiltIn = {
  readonly fewest: number;
  readonly most: number;
  readonly apply: (values: readonly Value[], now: number) => Value;
};
