import { meter } from '../../adapters/telemetry/meter.ts';
import { createFreshRows } from '../../application/queries/freshRows.ts';
import { createSlicedSums } from '../../application/queries/slicedSums.ts';
import { ownerOf } from '../../domain/ownership.ts';
import type { ComposedViews } from './views.ts';
import type { Shared } from './shared.ts';

export const composeQueries = (
  { stores: { eventStore, history, rows, searches }, clock }: Shared,
  { generations, catchUp }: ComposedViews,
) => ({
  generations,
  freshRows: createFreshRows({ eventStore, history, rows, generations, catchUp, ownerOf, wait: meter.wait }),
  searches,
  slicedSums: createSlicedSums(searches, clock),
});
