import type { Generation } from '../../projections/projection.ts';

export type Rows = {
  /** Deletes some of a generation's rows, and what lies beside them; returns how many items, 0 when there are none left. */
  clear(generation: Generation): Promise<number>;
};
