import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { View } from '../../eventSourcing/view.ts';
import type { History } from '../history.ts';

const pageSize = 500;

/** How far the past reaches: up to a version, or up to an instant. */
export type Past = { readonly version: number } | { readonly at: string };

/**
 * An aggregate's row as it was: the fold of its first events, up to a version or to an instant (the longest prefix of
 * events that are not later). Undefined where the aggregate has no such version, or had not begun. Reads the history in pages.
 */
export const pastRow = async <Row>(
  history: Pick<History, 'pages'>,
  view: View<Row>,
  aggregateId: string,
  past: Past,
): Promise<{ readonly row: Row; readonly version: number } | undefined> => {
  const belongs = (event: RecordedEvent) =>
    'version' in past ? event.version <= past.version : event.occurredAt <= past.at;
  let found: { row: Row; version: number } | undefined;

  for await (const page of history.pages(aggregateId, 0, pageSize)) {
    for (const event of page) {
      if (!view.follows.includes(event.aggregate)) return undefined;
      if (!belongs(event)) return found;
      found = { row: view.evolve(found?.row, event), version: event.version };
      if ('version' in past && event.version === past.version) return found;
    }
  }
  return 'version' in past ? undefined : found;
};
