import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';
import { isRecorded, type EventStore } from '../eventStore.ts';
import { AheadOfStore, type History } from '../history.ts';
import type { OwnerOf } from '../identity.ts';
import type { CatchUp } from '../views/catchUp.ts';
import type { Generations } from '../views/generations.ts';
import type { Rows, StoredRow } from '../views/ports.ts';

/** A version of an aggregate that an answer has to reflect. */
export type Position = { readonly aggregateId: string; readonly version: number };

export type FreshRow<Row> =
  /** `source`: whether the view had it, or events had to be folded first. `generation`: the one that has the row. */
  | { readonly found: StoredRow<Row>; readonly source: 'view' | 'events'; readonly generation: Generation<Row> }
  | { readonly found: 'unknown' }
  /** The event store does not have this version. */
  | { readonly found: 'notReached'; readonly position: Position }
  /** The row does not follow this aggregate. */
  | { readonly found: 'foreign'; readonly position: Position };

/**
 * The pauses before a query looks again for a version that is still to come. They are few, since each look costs as much as a
 * read: a version that never comes must not cost more than the answers to other queries.
 */
const pausesMs = [300, 1_700];

export type FreshRows = {
  /**
   * The row of one aggregate (whose id is the row's key) that reflects at least the given positions; it is there once the
   * aggregate has begun. With `onlyFor`, another customer's row counts as unknown, and that answer takes the same requests
   * as that for an aggregate that does not exist. Throws ServiceUnavailable.
   */
  read<Row>(
    view: View<Row>,
    kind: string,
    key: string,
    atLeast: readonly Position[],
    onlyFor?: string,
  ): Promise<FreshRow<Row>>;
  /** The first of these positions that the event store does not come to have in time; the aggregates must have begun. */
  firstNotReached(positions: readonly Position[]): Promise<Position | undefined>;
};

type Options = {
  readonly eventStore: Pick<EventStore, 'commitAt' | 'newestVersion'>;
  readonly history: Pick<History, 'beginning' | 'readBeginning'>;
  readonly rows: Pick<Rows, 'load'>;
  readonly generations: Generations;
  readonly catchUp: CatchUp;
  readonly ownerOf: OwnerOf;
  readonly wait: (ms: number) => Promise<unknown>;
};

export const createFreshRows = (options: Options): FreshRows => {
  const { eventStore, history, rows, generations, ownerOf, wait } = options;

  const isWithinReach = (onlyFor: string | undefined, kind: string, aggregateId: string, source: unknown) =>
    onlyFor === undefined || onlyFor === ownerOf(kind, aggregateId, source);

  /** The event that began an aggregate within reach. */
  const beginningOf = async (aggregateId: string, onlyFor: string | undefined): Promise<RecordedEvent | undefined> => {
    // A cached answer takes no request, and would tell a customer that somebody else's aggregate exists.
    const found =
      onlyFor === undefined ? await history.beginning(aggregateId) : await history.readBeginning(aggregateId);
    return isRecorded(found) && isWithinReach(onlyFor, found.aggregate, aggregateId, found.data) ? found : undefined;
  };

  /** Whether the commit of an event has later events, too, which have no place of their own in the store. */
  const isWithinCommit = async (aggregateId: string, version: number): Promise<boolean> => {
    const commit = await eventStore.commitAt(aggregateId, version);
    if (isRecorded(commit)) return commit.version > version;
    return (await eventStore.newestVersion(aggregateId)) > version;
  };

  /** Brings a row to a position, once the event store has it. `reached`: the last version that the row has. */
  const bring = async <Row>(
    view: View<Row>,
    { generation, key, reached }: { generation: Generation<Row>; key: string; reached: number },
    { aggregateId, version }: Position,
    onlyFor: string | undefined,
  ): Promise<'reached' | 'notReached' | 'foreign'> => {
    let next = reached + 1;
    for (const pauseMs of [0, ...pausesMs]) {
      if (pauseMs > 0) await wait(pauseMs);
      if (next > 1) {
        // Only a row can end within a commit: where folding ended, the next version has a place of its own.
        const isThere = (await eventStore.commitAt(aggregateId, next)) !== undefined;
        if (!isThere && !(pauseMs === 0 && (await isWithinCommit(aggregateId, reached)))) continue;
      } else if (aggregateId !== key) {
        const beginning = await beginningOf(aggregateId, onlyFor);
        if (!beginning) continue;
        const follows = view.follows.includes(beginning.aggregate);
        if (!follows || generation.rowOf(beginning) !== key) return 'foreign';
      }
      const missing = await foldUpTo(options, view, { version: generation.version, key }, { aggregateId, version });
      if (missing === undefined) return 'reached';
      next = missing;
    }
    return 'notReached';
  };

  /** Whether the event store comes to have a version in time. */
  const comes = async ({ aggregateId, version }: Position): Promise<boolean> => {
    let newest = await eventStore.newestVersion(aggregateId);
    for (const pauseMs of pausesMs) {
      if (newest >= version) return true;
      await wait(pauseMs);
      const isLonger = (await eventStore.commitAt(aggregateId, newest + 1)) !== undefined;
      if (isLonger) newest = await eventStore.newestVersion(aggregateId);
    }
    return newest >= version;
  };

  return {
    async read(view, kind, key, atLeast, onlyFor) {
      let generation = await generations.answering(view);
      let stored = await rows.load(generation, key);
      // As if the row were not there: its first event then says to whom the aggregate belongs.
      if (stored && !isWithinReach(onlyFor, kind, key, stored.row)) stored = undefined;
      const positions = stored?.positions ?? {};
      const behind = atLeast.filter(({ aggregateId, version }) => (positions[aggregateId] ?? 0) < version);
      if (positions[key] === undefined) {
        const beginning = await beginningOf(key, onlyFor);
        if (beginning?.aggregate !== kind) return { found: 'unknown' };
        if (!behind.some(({ aggregateId }) => aggregateId === key)) behind.push({ aggregateId: key, version: 1 });
      }
      if (stored && behind.length === 0) return { found: stored, source: 'view', generation };

      for (const position of behind) {
        const reached = positions[position.aggregateId] ?? 0;
        const found = await bring(view, { generation, key, reached }, position, onlyFor);
        if (found !== 'reached') return { found, position };
      }
      generation = await generations.answering(view);
      stored = await rows.load(generation, key);
      if (!stored) throw new Error(`Row ${key} of ${view.name} is gone`);
      return { found: stored, source: 'events', generation };
    },
    async firstNotReached(positions) {
      for (const position of positions) {
        if (position.version > 1 && !(await comes(position))) return position;
      }
      return undefined;
    },
  };
};

/** Folds what the event store has, up to a position. Returns the first version that it lacks, or undefined where it has all. */
const foldUpTo = async <Row>(
  { catchUp }: Pick<Options, 'catchUp'>,
  view: View<Row>,
  row: { readonly version: number; readonly key: string },
  { aggregateId, version }: Position,
): Promise<number | undefined> => {
  try {
    await catchUp(view, aggregateId, version, row);
    return undefined;
  } catch (error) {
    if (error instanceof AheadOfStore) return error.version;
    throw error;
  }
};
