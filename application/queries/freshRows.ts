import { z } from 'zod';
import type { AggregateName } from '../../domain/aggregate.ts';
import type { Projection } from '../../projections/projection.ts';
import type { CatchUp } from '../views/catchUp.ts';
import type { Generations } from '../views/generations.ts';
import type { Clock } from '../clock.ts';
import type { EventStore, Head } from '../eventStore.ts';
import type { ReadModels, StoredRow } from '../views/ports.ts';

/** A version of an aggregate that an answer has to reflect. */
export type Position = { readonly aggregateId: string; readonly version: number };

export type FreshRow<Row> =
  /** `source`: whether the view had it, or events had to be folded first. `generation`: the one whose row it is. */
  | { readonly found: StoredRow<Row>; readonly source: 'view' | 'events'; readonly generation: Projection<Row> }
  | { readonly found: 'unknown' }
  /** The event store does not have this version. */
  | { readonly found: 'notReached'; readonly position: Position }
  /** The row does not follow this aggregate. */
  | { readonly found: 'foreign'; readonly position: Position };

const patienceMs = 2_000;
const ofCustomer = z.object({ customerId: z.string() });
const customerOf = (rowOrState: unknown) => ofCustomer.safeParse(rowOrState).data?.customerId;

const isWithinReach = (onlyFor: string | undefined, kind: AggregateName, aggregateId: string, rowOrState: unknown) =>
  onlyFor === undefined || onlyFor === (kind === 'customer' ? aggregateId : customerOf(rowOrState));

export type FreshRows = {
  /**
   * The row of one aggregate (whose id is the row's key) that reflects at least the given positions, and in any case
   * is there once the aggregate is. With `onlyFor`, whatever is another customer's is not there, and to find that out
   * takes the same requests as where it is true. Throws ServiceUnavailable.
   */
  read<Row>(
    projection: Projection<Row>,
    kind: AggregateName,
    key: string,
    atLeast: readonly Position[],
    onlyFor?: string,
  ): Promise<FreshRow<Row>>;
  /** The first of these positions that the event store does not come to have in time; the aggregates are known to be there. */
  firstNotReached(positions: readonly Position[]): Promise<Position | undefined>;
};

type Options = {
  readonly eventStore: EventStore;
  readonly readModels: ReadModels;
  readonly generations: Generations;
  readonly catchUp: CatchUp;
  readonly clock: Clock;
  readonly pause: (attempt: number) => Promise<void>;
};

export const createFreshRows = ({ eventStore, readModels, generations, catchUp, clock, pause }: Options): FreshRows => {
  const headOf = async (aggregateId: string, onlyFor?: string): Promise<Head | undefined> => {
    const loaded = await eventStore.loadHead(aggregateId);
    if (loaded === undefined || loaded === 'unchanged' || loaded.head === 'fenced') return undefined;
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
    async read(projection, kind, key, atLeast, onlyFor) {
      let generation = await generations.answering(projection);
      let stored = await readModels.load(generation, key);
      // As if it were not there: then it is for the head to say whose it is.
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
        const follows = projection.aggregates.includes(head.aggregate);
        const belongs = position.aggregateId === key || customerOf(head.state) === key;
        if (!follows || !belongs) return { found: 'foreign', position };
        const row = { version: generation.version, key };
        await catchUp(projection, position.aggregateId, position.version, row);
      }
      generation = await generations.answering(projection);
      stored = await readModels.load(generation, key);
      if (!stored) throw new Error(`Row ${key} of ${projection.name} is gone`);
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
