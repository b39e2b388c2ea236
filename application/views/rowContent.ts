import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { addEntry, type Generation } from '../../eventSourcing/view.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { History } from '../history.ts';
import { stopsOneGeneration } from './catchUp.ts';
import type { Positions, Rows } from './ports.ts';
import { FoldFailed } from './projector.ts';

/** A row with more is not compared: within these, it takes some 50 request units at most. */
const maximumEvents = 100;
const maximumAggregates = 5;

type Options = { readonly history: Pick<History, 'pages'>; readonly rows: Pick<Rows, 'load' | 'loadEntries'> };

/**
 * Compares a row and its entries with those that its events make, up to the row's positions. Undefined where nobody can tell: the
 * row or an event is missing or cannot be read, or there are too many. It takes a point read, at most one query of the view, and
 * for each aggregate one query of the event store.
 */
export const compareContent = async (
  { history, rows }: Options,
  generation: Generation,
  key: string,
): Promise<{ readonly differs: boolean; readonly positions: Positions } | undefined> => {
  try {
    const stored = await rows.load(generation, key);
    if (!stored) return undefined;
    const { row, positions } = stored;
    const count = Object.values(positions).reduce((sum, version) => sum + version, 0);
    if (count > maximumEvents || Object.keys(positions).length > maximumAggregates) return undefined;
    const events: RecordedEvent[] = [];
    // One aggregate after the other: a row does not depend on the order of events of different aggregates.
    for (const [aggregateId, position] of Object.entries(positions)) {
      events.push(...(await eventsUpTo(history, aggregateId, position)));
    }
    if (events.length < count) return undefined;
    const folded = fold(generation, events);
    const entries = folded.entries.size > 0 ? await rows.loadEntries(generation, key) : undefined;
    const differs =
      !isSame(folded.row, row) || [...folded.entries].some(([name, entry]) => !isSame(entry, entries?.get(name)));
    return { differs, positions };
  } catch (error) {
    if (stopsOneGeneration(error)) return undefined;
    throw error;
  }
};

const isSame = (one: unknown, other: unknown): boolean => canonicalJson({ one }) === canonicalJson({ one: other });

const eventsUpTo = async (
  history: Pick<History, 'pages'>,
  aggregateId: string,
  position: number,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const page of history.pages(aggregateId, 0, maximumEvents)) {
    events.push(...page.filter(({ version }) => version <= position));
    if (events.length >= position) break;
  }
  return events;
};

const fold = (generation: Generation, events: readonly RecordedEvent[]) => {
  let row: unknown;
  const entries = new Map<string, unknown>();
  try {
    for (const event of events) {
      const before = row;
      row = generation.evolve(before, event);
      for (const added of generation.entriesOf?.(event, before, row) ?? []) addEntry(entries, added);
    }
  } catch (error) {
    throw new FoldFailed(`${generation.name} cannot fold events anew: ${String(error)}`, { cause: error });
  }
  return { row, entries };
};
