import { createFreshRows } from '../../application/queries/freshRows.ts';
import { createSlicedSums } from '../../application/queries/slicedSums.ts';
import { ownerOf } from '../../domain/ownership.ts';
import type { ComposedViews } from './views.ts';
import type { Shared } from './shared.ts';

export const composeQueries = (
  { stores: { eventStore, rows, searches }, clock, pause }: Shared,
  { generations, catchUp }: ComposedViews,
) => ({
  generations,
  freshRows: createFreshRows({ eventStore, rows, generations, catchUp, ownerOf, clock, pause }),
  searches,
  slicedSums: createSlicedSums(searches, clock),
});
