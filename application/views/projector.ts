import { generationOf, type Projection, type Entry } from '../../projections/projection.ts';
import type { RecordedEvent } from '../../domain/commit.ts';
import { UnreadableEvent } from '../../domain/event.ts';
import { boundedCache } from '../boundedCache.ts';
import { maximumEntries, type Positions, type ReadModels, type StoredRow } from './ports.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { EventStore } from '../eventStore.ts';
import { readableEvents } from '../readableEvents.ts';

const maximumConflicts = 20;
const maximumEvents = 2_000;
const eventsAtOnce = 500;
const cachedRows = 10_000;
/** A row that follows more aggregates is too large to be kept in memory beside thousands of others. */
const maximumCachedPositions = 50;

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

/** What came of applying events to a row. */
export type Applied = {
  readonly positions: Positions;
  /** Why an aggregate's position could not be brought as far as its events: FoldFailed, UnreadableEvent, AheadOfStore. */
  readonly failures: ReadonlyMap<string, Error>;
};

/** All throw ServiceUnavailable and BrokenRow. */
export type Projector = {
  /**
   * Folds events into their row, each exactly once. They may be of several aggregates, and come in any order, repeated,
   * with gaps; what stops one aggregate stops no other.
   */
  apply(projection: Projection, key: string, events: readonly RecordedEvent[]): Promise<Applied>;
  /** Folds an aggregate's events from the event store until the row has reached a version of it. Throws its failure. */
  catchUp(projection: Projection, key: string, aggregateId: string, version: number): Promise<void>;
  /** The last version of the aggregate that is folded into the row; 0 before the first. */
  position(projection: Projection, key: string, aggregateId: string): Promise<number>;
};

/** How far an aggregate is to be brought, and those of its events that are at hand. */
type Wanted = { readonly version: number; readonly atHand: ReadonlyMap<number, RecordedEvent> };

/**
 * A row carries the position of every aggregate that it follows: at or below it an event is dropped, the next one
 * folded, and one further ahead first brings the missing ones from the event store.
 *
 * Rows that were written here are kept: positions only grow, so what a stale one says is folded in is folded in, and
 * what is written onto it is refused.
 */
export const createProjector = (
  readModels: ReadModels,
  eventStore: EventStore,
  pause: (attempt: number) => Promise<void>,
): Projector => {
  const rows = boundedCache<StoredRow<unknown>>(cachedRows);

  const advance = async (
    projection: Projection,
    key: string,
    wanted: ReadonlyMap<string, Wanted>,
  ): Promise<Applied> => {
    const failures = new Map<string, Error>();
    // What is read is to fit into one write, if possible.
    const pageSize = projection.entryOf ? maximumEntries : eventsAtOnce;
    const cacheKey = cacheKeyOf(projection, key);
    let stored = rows.get(cacheKey) ?? (await readModels.load(projection, key));
    for (let conflicts = 0; conflicts < maximumConflicts;) {
      const folded = new FoldedRow(projection, key, stored);
      for (const [aggregateId, { version, atHand }] of wanted) {
        if (failures.has(aggregateId)) continue;
        try {
          for (let position = 0; !folded.isFull;) {
            position = folded.positions[aggregateId] ?? 0;
            if (position >= version) break;
            folded.add(await nextEvents(eventStore, aggregateId, position, { version, atHand }, pageSize));
          }
        } catch (error) {
          if (!isOfAggregate(error)) throw error;
          failures.set(aggregateId, error);
        }
      }
      if (folded.row === undefined || !folded.hasChanged) return { positions: folded.positions, failures };

      const { row, positions, entries } = folded;
      const written = await readModels.store(projection, key, { row, positions }, entries, stored?.etag);
      if (written !== 'conflict') {
        stored = written;
        if (Object.keys(positions).length <= maximumCachedPositions) rows.set(cacheKey, written);
        continue;
      }
      rows.delete(cacheKey);
      await pause((conflicts += 1));
      const reached = sumOf(wanted, stored?.positions);
      stored = await readModels.load(projection, key);
      // Whoever else works on the row does the same work: as long as it gets on, this is no contention.
      if (sumOf(wanted, stored?.positions) > reached) conflicts = 0;
    }
    throw new ServiceUnavailable(`Row ${key} of ${projection.name}`);
  };

  return {
    apply(projection, key, events) {
      const wanted = new Map<string, Wanted>();
      for (const [aggregateId, own] of Map.groupBy(events, (event) => event.aggregateId)) {
        const atHand = new Map(own.map((event) => [event.version, event]));
        wanted.set(aggregateId, { version: Math.max(...atHand.keys()), atHand });
      }
      return advance(projection, key, wanted);
    },
    async catchUp(projection, key, aggregateId, version) {
      // Whoever asks has found the row behind, or gone.
      rows.delete(cacheKeyOf(projection, key));
      const wanted = new Map([[aggregateId, { version, atHand: new Map<number, RecordedEvent>() }]]);
      const failure = (await advance(projection, key, wanted)).failures.get(aggregateId);
      if (failure) throw failure;
    },
    position: async (projection, key, aggregateId) =>
      (await readModels.load(projection, key))?.positions[aggregateId] ?? 0,
  };
};

const cacheKeyOf = (projection: Projection, key: string): string => `${generationOf(projection)}:${key}`;

const sumOf = (wanted: ReadonlyMap<string, Wanted>, positions: Positions = {}): number =>
  [...wanted.keys()].reduce((sum, aggregateId) => sum + (positions[aggregateId] ?? 0), 0);

const isOfAggregate = (error: unknown): error is Error =>
  error instanceof FoldFailed || error instanceof UnreadableEvent || error instanceof AheadOfStore;

/** A row with further events folded in, not yet stored. */
class FoldedRow {
  row: unknown;
  positions: Positions;
  readonly entries: Entry[] = [];
  hasChanged = false;
  readonly #projection: Projection;
  readonly #key: string;
  #events = 0;

  constructor(projection: Projection, key: string, stored: StoredRow<unknown> | undefined) {
    this.#projection = projection;
    this.#key = key;
    this.row = stored?.row;
    this.positions = stored?.positions ?? {};
  }

  /** One write takes no more; or so much is folded that it would be a pity to lose it. */
  get isFull(): boolean {
    return this.entries.length >= maximumEntries || this.#events >= maximumEvents;
  }

  /** Folds as many of an aggregate's next events as fit and can be folded. Throws FoldFailed when even the first cannot. */
  add(events: readonly RecordedEvent[]): void {
    for (const [index, event] of events.entries()) {
      if (this.isFull) return;
      try {
        this.#fold(event);
      } catch (error) {
        if (index > 0) return;
        const reason = error instanceof Error ? error.message : String(error);
        const what = `${this.#projection.name} cannot fold ${event.type} ${event.id}`;
        throw new FoldFailed(`${what}: ${reason}`, { cause: error });
      }
    }
  }

  #fold(event: RecordedEvent): void {
    const key = this.#projection.rowOf(event);
    if (key !== this.#key) throw new Error(`it belongs to row ${key}, not ${this.#key}`);
    const row = this.#projection.evolve(this.row, event);
    const entry = this.#projection.entryOf?.(event, this.row, row);
    this.row = row;
    this.positions = { ...this.positions, [event.aggregateId]: event.version };
    if (entry) this.entries.push(entry);
    this.#events += 1;
    this.hasChanged = true;
  }
}

/** Some events after a position, without a gap: those at hand, or else a page of the event store. */
const nextEvents = async (
  eventStore: EventStore,
  aggregateId: string,
  position: number,
  { version, atHand }: Wanted,
  pageSize: number,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for (let next = position + 1; next <= version && events.length < eventsAtOnce; next += 1) {
    const event = atHand.get(next);
    if (!event) break;
    events.push(event);
  }
  if (events.length > 0) return events;

  for await (const page of eventStore.readCommits(aggregateId, position, pageSize)) {
    const found = readableEvents(page).filter((event) => event.version > position);
    if (found.length > 0) return found;
  }
  throw new AheadOfStore(aggregateId, position + 1);
};
