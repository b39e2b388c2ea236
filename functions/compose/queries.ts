import { createFreshRows } from '../../application/queries/freshRows.ts';
import { createSlicedSums } from '../../application/queries/slicedSums.ts';
import type { ComposedProjecting } from './projecting.ts';
import type { Shared } from './shared.ts';

export const composeQueries = (
  { stores: { eventStore, readModels, listings }, clock, pause }: Shared,
  { generations, catchUp }: ComposedProjecting,
) => ({
  generations,
  freshRows: createFreshRows({ eventStore, readModels, generations, catchUp, clock, pause }),
  listings,
  slicedSums: createSlicedSums(listings, clock),
});
