import { eventsOfCommit, type RecordedEvent } from '../../domain/commit.ts';
import type { Projection } from '../../projections/projection.ts';
import type { EventStore } from '../eventStore.ts';

const pageSize = 500;

/** Up to which event the past reaches. */
export type Past = { readonly version: number } | { readonly at: string };

/**
 * An aggregate's row as it was: the fold of its first events, up to a version or to an instant (the longest prefix of
 * events that are not later). Undefined where the past does not reach that far, or the aggregate had not begun.
 * The history is read in pages.
 */
export const pastRow = async <Row>(
  eventStore: EventStore,
  projection: Projection<Row>,
  aggregateId: string,
  past: Past,
): Promise<{ readonly row: Row; readonly version: number } | undefined> => {
  const belongs = (event: RecordedEvent) =>
    'version' in past ? event.version <= past.version : event.occurredAt <= past.at;
  let found: { row: Row; version: number } | undefined;

  for await (const page of eventStore.readCommits(aggregateId, 0, pageSize)) {
    for (const event of page.flatMap(eventsOfCommit)) {
      if (!projection.aggregates.includes(event.aggregate)) return undefined;
      if (!belongs(event)) return found;
      found = { row: projection.evolve(found?.row, event), version: event.version };
      if ('version' in past && event.version === past.version) return found;
    }
  }
  return 'version' in past ? undefined : found;
};
