import type { AggregateName } from '../syntax/ast.ts';
import { compareValues, type Value } from '../values.ts';

/** Takes one value for each row and returns the aggregate at the end. It ignores undefined values. */
export type Accumulator = {
  add(value: Value): void;
  result(): Value;
};

const count = (): Accumulator => {
  let counted = 0;
  return {
    add(value) {
      if (value !== undefined) counted++;
    },
    result: () => counted,
  };
};

/** One value that is not a number makes the whole sum or average undefined. */
const sum = (finish: (sum: number, count: number) => Value): Accumulator => {
  let total = 0;
  let counted = 0;
  let isNumeric = true;
  return {
    add(value) {
      if (value === undefined) return;
      if (typeof value === 'number') total += value;
      else isNumeric = false;
      counted++;
    },
    result: () => (isNumeric ? finish(total, counted) : undefined),
  };
};

const extreme = (direction: 1 | -1): Accumulator => {
  let best: Value;
  return {
    add(value) {
      if (value === undefined) return;
      if (best === undefined || compareValues(value, best) * direction > 0) best = value;
    },
    result: () => best,
  };
};

export const accumulators: Readonly<Record<AggregateName, () => Accumulator>> = {
  COUNT: count,
  SUM: () => sum((total) => total),
  AVG: () => sum((total, counted) => (counted === 0 ? undefined : total / counted)),
  MIN: () => extreme(-1),
  MAX: () => extreme(1),
};
