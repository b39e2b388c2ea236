import { meter } from '../../adapters/telemetry/meter.ts';
import { loadCurrent, unbegun } from '../../application/commands/currentState.ts';
import { createFreshRows, type FreshRows } from '../../application/queries/freshRows.ts';
import { createSlicedSums } from '../../application/queries/slicedSums.ts';
import type { Reads } from '../../application/subscriptions/subscriber.ts';
import type { ComposedViews } from './views.ts';
import type { Shared } from './shared.ts';

export const composeQueries = (
  { context: { ownerOf }, stores: { eventStore, history, rows, searches }, clock }: Shared,
  { generations, catchUp }: ComposedViews,
) => ({
  generations,
  freshRows: createFreshRows({ eventStore, history, rows, generations, catchUp, ownerOf, wait: meter.wait }),
  searches,
  slicedSums: createSlicedSums(searches, clock),
});

/** What subscribers may read. */
export const composeReads = (
  { stores: { eventStore } }: Shared,
  { freshRows }: { readonly freshRows: FreshRows },
): Reads => ({
  async current(aggregate, id) {
    const current = await loadCurrent(aggregate, eventStore, id);
    return current === 'fenced' ? unbegun(aggregate) : current;
  },
  async row(view, kind, id, version) {
    const found = await freshRows.read(view, kind, id, [{ aggregateId: id, version }]);
    return 'source' in found ? found.found.row : undefined;
  },
});
