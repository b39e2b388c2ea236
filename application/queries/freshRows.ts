import type { Generation, View } from '../../eventSourcing/view.ts';
import type { Clock } from '../clock.ts';
import type { EventStore, Head } from '../eventStore.ts';
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

const patienceMs = 2_000;

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
  readonly eventStore: Pick<EventStore, 'loadHead'>;
  readonly rows: Pick<Rows, 'load'>;
  readonly generations: Generations;
  readonly catchUp: CatchUp;
  readonly ownerOf: OwnerOf;
  readonly clock: Clock;
  readonly pause: (attempt: number) => Promise<void>;
};

export const createFreshRows = ({
  eventStore,
  rows,
  generations,
  catchUp,
  ownerOf,
  clock,
  pause,
}: Options): FreshRows => {
  const isWithinReach = (onlyFor: string | undefined, kind: string, aggregateId: string, stateOrRow: unknown) =>
    onlyFor === undefined || onlyFor === ownerOf(kind, aggregateId, stateOrRow);

  const headOf = async (aggregateId: string, onlyFor?: string): Promise<Head | undefined> => {
    const loaded = await eventStore.loadHead(aggregateId);
    if (!loaded || loaded.head === 'fenced') return undefined;
    const { head } = loaded;
    return isWithinReach(onlyFor, head.aggregate, aggregateId, head.state) ? head : undefined;
  };

  /** The head, once it has a version; undefined if it does not come to have it in time. */
  const headAt = async ({ aggregateId, version }: Position, onlyFor?: string): Promise<Head | undefined> => {
    const deadline = clock.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      const head = await headOf(aggregateId, onlyFor);
      if (head && head.version >= version) return head;
      if (clock.now() >= deadline) return undefined;
      await pause(Math.min(attempt, 4));
    }
  };

  return {
    async read(view, kind, key, atLeast, onlyFor) {
      let generation = await generations.answering(view);
      let stored = await rows.load(generation, key);
      // As if the row were not there: the head then says to whom the aggregate belongs.
      if (stored && !isWithinReach(onlyFor, kind, key, stored.row)) stored = undefined;
      const behind = atLeast.filter(({ aggregateId, version }) => (stored?.positions[aggregateId] ?? 0) < version);
      if (stored?.positions[key] === undefined) {
        const head = await headOf(key, onlyFor);
        if (head?.aggregate !== kind) return { found: 'unknown' };
        behind.push({ aggregateId: key, version: head.version });
      }
      if (stored && behind.length === 0) return { found: stored, source: 'view', generation };

      for (const position of behind) {
        const head = await headAt(position, onlyFor);
        if (!head) return { found: 'notReached', position };
        const follows = view.follows.includes(head.aggregate);
        const belongs =
          position.aggregateId === key || ownerOf(head.aggregate, position.aggregateId, head.state) === key;
        if (!follows || !belongs) return { found: 'foreign', position };
        const row = { version: generation.version, key };
        await catchUp(view, position.aggregateId, position.version, row);
      }
      generation = await generations.answering(view);
      stored = await rows.load(generation, key);
      if (!stored) throw new Error(`Row ${key} of ${view.name} is gone`);
      return { found: stored, source: 'events', generation };
    },
    async firstNotReached(positions) {
      for (const position of positions) {
        if (position.version > 1 && !(await headAt(position))) return position;
      }
      return undefined;
    },
  };
};
