import type { Projection, Entry } from '../projections/projection.ts';
import { eventsOfCommit, type Commit, type RecordedEvent } from '../domain/commit.ts';
import { UnreadableEvent } from '../domain/event.ts';
import {
  maximumEntries,
  ServiceUnavailable,
  type EventStore,
  type Positions,
  type ReadModels,
  type StoredRow,
} from './ports.ts';

const maximumConflicts = 20;

/** The projection cannot fold an event: a bug, or an event that it should not have been given. */
export class FoldFailed extends Error {
  override name = 'FoldFailed';
}

/** An event was heard of that the event store does not have: not yet, or, after a restore, not any more. */
export class AheadOfStore extends ServiceUnavailable {
  override name = 'AheadOfStore';

  constructor(aggregateId: string, version: number) {
    super('The event store');
    this.message = `The event store does not have version ${version} of ${aggregateId}`;
  }
}

export type Projector = {
  /** Folds events of one aggregate into their row, each exactly once. They may come in any order, repeated, with gaps. */
  apply<Row>(projection: Projection<Row>, key: string, events: readonly RecordedEvent[]): Promise<void>;
  /** Folds an aggregate's events from the event store until the row has reached a version of it. */
  catchUp<Row>(projection: Projection<Row>, key: string, aggregateId: string, version: number): Promise<void>;
  /** The last version of the aggregate that is folded into the row; 0 before the first. */
  position(projection: Projection, key: string, aggregateId: string): Promise<number>;
};

/**
 * A row carries the position of every aggregate that it follows: at or below it an event is dropped, the next one
 * folded, and one further ahead first brings the missing ones from the event store.
 * Throws ServiceUnavailable, also when the event store does not have a version yet; FoldFailed; UnreadableEvent; BrokenRow.
 */
export const createProjector = (
  readModels: ReadModels,
  eventStore: EventStore,
  pause: (attempt: number) => Promise<void>,
): Projector => {
  /** Brings one aggregate's position in the row to at least `version`, using the events at hand where they serve. */
  const advance = async <Row>(
    projection: Projection<Row>,
    key: string,
    aggregateId: string,
    version: number,
    atHand: ReadonlyMap<number, RecordedEvent>,
  ): Promise<void> => {
    let stored = await readModels.load(projection, key);
    let reached = 0;
    for (let conflicts = 0; conflicts < maximumConflicts;) {
      const position = stored?.positions[aggregateId] ?? 0;
      if (position >= version) return;
      // Whoever else works on the row does the same: as long as it gets on, this is no contention.
      if (position > reached) conflicts = 0;
      reached = position;
      const events = await nextEvents(eventStore, aggregateId, position, version, atHand);
      const written = await readModels.store(projection, key, ...fold(projection, key, stored, events), stored?.etag);
      if (written !== 'conflict') {
        stored = written;
        continue;
      }
      await pause((conflicts += 1));
      stored = await readModels.load(projection, key);
    }
    throw new ServiceUnavailable(`Row ${key} of ${projection.name}`);
  };

  return {
    apply(projection, key, events) {
      const atHand = new Map(events.map((event) => [event.version, event]));
      const [{ aggregateId } = { aggregateId: '' }] = events;
      return advance(projection, key, aggregateId, Math.max(...atHand.keys()), atHand);
    },
    position: async (projection, key, aggregateId) =>
      (await readModels.load(projection, key))?.positions[aggregateId] ?? 0,
    catchUp: (projection, key, aggregateId, version) => advance(projection, key, aggregateId, version, new Map()),
  };
};

/** Some events after a position, without a gap: those at hand, or else a page of the event store. */
const nextEvents = async (
  eventStore: EventStore,
  aggregateId: string,
  position: number,
  version: number,
  atHand: ReadonlyMap<number, RecordedEvent>,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for (let next = position + 1; next <= version && events.length < maximumEntries; next += 1) {
    const event = atHand.get(next);
    if (!event) break;
    events.push(event);
  }
  if (events.length > 0) return events;

  for await (const page of eventStore.readCommits(aggregateId, position, maximumEntries)) {
    const found = readable(page).filter((event) => event.version > position);
    if (found.length > 0) return found.slice(0, maximumEntries);
  }
  throw new AheadOfStore(aggregateId, position + 1);
};

/** The events before the first commit that cannot be read. Throws UnreadableEvent when that is the very first. */
const readable = (commits: readonly Commit[]): readonly RecordedEvent[] => {
  const events: RecordedEvent[] = [];
  for (const commit of commits) {
    try {
      events.push(...eventsOfCommit(commit));
    } catch (error) {
      if (error instanceof UnreadableEvent && events.length > 0) return events;
      throw error;
    }
  }
  return events;
};

/** Folds as many of the events as can be folded; throws FoldFailed when even the first cannot. */
const fold = <Row>(
  projection: Projection<Row>,
  key: string,
  stored: StoredRow<Row> | undefined,
  events: readonly RecordedEvent[],
): [{ row: Row; positions: Positions }, Entry[]] => {
  let folded: { row: Row; positions: Positions } | undefined;
  const entries: Entry[] = [];
  for (const event of events) {
    const { row, positions } = folded ?? stored ?? { row: undefined, positions: {} };
    try {
      if (projection.rowOf(event) !== key) throw new Error(`it belongs to row ${projection.rowOf(event)}, not ${key}`);
      const entry = projection.entryOf?.(event);
      folded = {
        row: projection.evolve(row, event),
        positions: { ...positions, [event.aggregateId]: event.version },
      };
      if (entry) entries.push(entry);
    } catch (error) {
      if (folded) break;
      const reason = error instanceof Error ? error.message : String(error);
      throw new FoldFailed(`${projection.name} cannot fold ${event.type} ${event.id}: ${reason}`, { cause: error });
    }
  }
  if (!folded) throw new FoldFailed(`${projection.name} was given no events for ${key}`);
  return [folded, entries];
};
