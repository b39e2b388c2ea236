import { generationName, type Generation, type KeyedEntry } from '../../eventSourcing/view.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { boundedCache } from '../boundedCache.ts';
import { AheadOfStore, type History } from '../history.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { maximumEntries, type Positions, type Rows, type StoredRow } from './ports.ts';

const maximumConflicts = 20;
const maximumEvents = 2_000;
const eventsAtOnce = 500;
const cachedRows = 10_000;
/** The projector does not cache a row that follows more aggregates: thousands of such rows would not fit into memory. */
const maximumCachedPositions = 50;

/** The view cannot fold an event: a bug, or an event that nobody should have given it. */
export class FoldFailed extends Error {
  override name = 'FoldFailed';
}

/** The key of the row to which an event belongs. Throws FoldFailed. */
export const rowOf = (generation: Generation, event: RecordedEvent): string => {
  try {
    return generation.rowOf(event);
  } catch (error) {
    const what = `${generation.name} cannot tell the row of ${event.type} ${event.id}`;
    throw new FoldFailed(`${what}: ${String(error)}`, { cause: error });
  }
};

/** The result of applying events to a row. */
export type Applied = {
  readonly positions: Positions;
  /** By aggregate, why its position is not as far as its events: FoldFailed, UnreadableEvent, AheadOfStore. */
  readonly failures: ReadonlyMap<string, Error>;
};

/** All throw ServiceUnavailable and BrokenRow. */
export type Projector = {
  /**
   * Folds events into their row, each exactly once. They may belong to several aggregates, and come in any order, repeated,
   * with gaps; a failure of one aggregate does not stop the others.
   */
  apply(generation: Generation, key: string, events: readonly RecordedEvent[]): Promise<Applied>;
  /** Folds an aggregate's events from the event store until the row has reached a version of it. Throws its failure. */
  catchUp(generation: Generation, key: string, aggregateId: string, version: number): Promise<void>;
  /**
   * The last version of the aggregate that the row has folded; 0 before the first. With `enough`, it may be a former one, such as the
   * projector has written itself: a caller who asks whether the row has reached a version often learns that without a request.
   */
  position(generation: Generation, key: string, aggregateId: string, enough?: number): Promise<number>;
};

/** The version that an aggregate shall reach in the row, and its events that are at hand. */
type Wanted = { readonly version: number; readonly atHand: ReadonlyMap<number, RecordedEvent> };

/**
 * A row carries the position of every aggregate that it follows. The projector drops an event at or below the position, folds
 * the next one, and first fetches the missing events from the event store where an event is further ahead.
 *
 * It caches the rows that it wrote. A stale cached row does no harm: positions only grow, so events that it has folded are
 * folded for good, and the store refuses a write onto it.
 */
export const createProjector = (rows: Rows, history: History, pause: (attempt: number) => Promise<void>): Projector => {
  const cached = boundedCache<StoredRow<unknown>>(cachedRows);

  const advance = async (
    generation: Generation,
    key: string,
    wanted: ReadonlyMap<string, Wanted>,
  ): Promise<Applied> => {
    const failures = new Map<string, Error>();
    // A page that fits into one write, where entries bound a write.
    const pageSize = generation.entriesOf ? maximumEntries : eventsAtOnce;
    const cacheKey = cacheKeyOf(generation, key);
    let stored = cached.get(cacheKey) ?? (await rows.load(generation, key));
    for (let conflicts = 0; conflicts < maximumConflicts;) {
      const folded = new FoldedRow(generation, key, stored);
      for (const [aggregateId, { version, atHand }] of wanted) {
        if (failures.has(aggregateId)) continue;
        try {
          for (let position = 0; !folded.isFull;) {
            position = folded.positions[aggregateId] ?? 0;
            if (position >= version) break;
            folded.add(await nextEvents(history, aggregateId, position, { version, atHand }, pageSize));
          }
        } catch (error) {
          if (!isOfAggregate(error)) throw error;
          failures.set(aggregateId, error);
        }
      }
      if (folded.row === undefined || !folded.hasChanged) return { positions: folded.positions, failures };

      const { row, positions, entries } = folded;
      const written = await rows.store(generation, key, { row, positions }, entries, stored?.etag);
      if (written !== 'conflict') {
        stored = written;
        if (Object.keys(positions).length <= maximumCachedPositions) cached.set(cacheKey, written);
        continue;
      }
      cached.delete(cacheKey);
      await pause((conflicts += 1));
      const reached = sumOf(wanted, stored?.positions);
      stored = await rows.load(generation, key);
      // Somebody else does the same work on this row: as long as its positions grow, this is no contention.
      if (sumOf(wanted, stored?.positions) > reached) conflicts = 0;
    }
    throw new ServiceUnavailable(`Row ${key} of ${generation.name}`);
  };

  return {
    apply(generation, key, events) {
      const wanted = new Map<string, Wanted>();
      for (const [aggregateId, own] of Map.groupBy(events, (event) => event.aggregateId)) {
        const atHand = new Map(own.map((event) => [event.version, event]));
        wanted.set(aggregateId, { version: Math.max(...atHand.keys()), atHand });
      }
      return advance(generation, key, wanted);
    },
    async catchUp(generation, key, aggregateId, version) {
      // The caller has found the row behind, or missing.
      cached.delete(cacheKeyOf(generation, key));
      const wanted = new Map([[aggregateId, { version, atHand: new Map<number, RecordedEvent>() }]]);
      const failure = (await advance(generation, key, wanted)).failures.get(aggregateId);
      if (failure) throw failure;
    },
    async position(generation, key, aggregateId, enough) {
      const written = cached.get(cacheKeyOf(generation, key))?.positions[aggregateId] ?? 0;
      if (enough !== undefined && written >= enough) return written;
      return (await rows.load(generation, key, enough !== undefined))?.positions[aggregateId] ?? 0;
    },
  };
};

const cacheKeyOf = (generation: Generation, key: string): string => `${generationName(generation)}:${key}`;

const sumOf = (wanted: ReadonlyMap<string, Wanted>, positions: Positions = {}): number =>
  [...wanted.keys()].reduce((sum, aggregateId) => sum + (positions[aggregateId] ?? 0), 0);

const isOfAggregate = (error: unknown): error is Error =>
  error instanceof FoldFailed || error instanceof UnreadableEvent || error instanceof AheadOfStore;

/** A row with further events folded in, not yet stored. */
class FoldedRow {
  row: unknown;
  positions: Positions;
  readonly entries: KeyedEntry[] = [];
  hasChanged = false;
  readonly #generation: Generation;
  readonly #key: string;
  #events = 0;

  constructor(generation: Generation, key: string, stored: StoredRow<unknown> | undefined) {
    this.#generation = generation;
    this.#key = key;
    this.row = stored?.row;
    this.positions = stored?.positions ?? {};
  }

  /** True when the batch has reached the store's limit, or so many events that a failed write would be costly to repeat. */
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
        const what = `${this.#generation.name} cannot fold ${event.type} ${event.id}`;
        throw new FoldFailed(`${what}: ${reason}`, { cause: error });
      }
    }
  }

  #fold(event: RecordedEvent): void {
    const key = this.#generation.rowOf(event);
    if (key !== this.#key) throw new Error(`it belongs to row ${key}, not ${this.#key}`);
    const row = this.#generation.evolve(this.row, event);
    const entries = this.#generation.entriesOf?.(event, this.row, row) ?? [];
    this.row = row;
    this.positions = { ...this.positions, [event.aggregateId]: event.version };
    this.entries.push(...entries);
    this.#events += 1;
    this.hasChanged = true;
  }
}

/** Some events after a position, without a gap: those at hand, or else a page of the event store. */
const nextEvents = async (
  history: History,
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

  const stored = await history.next(aggregateId, position, pageSize);
  if (stored.length === 0) throw new AheadOfStore(aggregateId, position + 1);
  return stored;
};
