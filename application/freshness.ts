import { z } from 'zod';
import type { AggregateName } from '../domain/aggregate.ts';
import type { Projection } from '../projections/projection.ts';
import type { CatchUp } from './catchUp.ts';
import type { Generations } from './generations.ts';
import type { Clock, EventStore, Head, ReadModels, StoredRow } from './ports.ts';

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

export type FreshRows = {
  /**
   * The row of one aggregate (whose id is the row's key) that reflects at least the given positions, and in any case
   * is there once the aggregate is. Throws ServiceUnavailable.
   */
  read<Row>(
    projection: Projection<Row>,
    kind: AggregateName,
    key: string,
    atLeast: readonly Position[],
  ): Promise<FreshRow<Row>>;
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
  const headOf = async (aggregateId: string): Promise<Head | undefined> => {
    const loaded = await eventStore.loadHead(aggregateId);
    return loaded === undefined || loaded === 'unchanged' || loaded.head === 'fenced' ? undefined : loaded.head;
  };

  /** The head, once it has a version; undefined if it does not come to have it in time. */
  const headAt = async ({ aggregateId, version }: Position): Promise<Head | undefined> => {
    const deadline = clock.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      const head = await headOf(aggregateId);
      if (head && head.version >= version) return head;
      if (clock.now() >= deadline) return undefined;
      await pause(Math.min(attempt, 4));
    }
  };

  return {
    async read(projection, kind, key, atLeast) {
      let generation = await generations.answering(projection);
      let stored = await readModels.load(generation, key);
      const behind = atLeast.filter(({ aggregateId, version }) => (stored?.positions[aggregateId] ?? 0) < version);
      if (stored?.positions[key] === undefined) {
        const head = await headOf(key);
        if (head?.aggregate !== kind) return { found: 'unknown' };
        behind.push({ aggregateId: key, version: head.version });
      }
      if (stored && behind.length === 0) return { found: stored, source: 'view', generation };

      for (const position of behind) {
        const head = await headAt(position);
        if (!head) return { found: 'notReached', position };
        const follows = projection.aggregates.includes(head.aggregate);
        const belongs = position.aggregateId === key || ofCustomer.safeParse(head.state).data?.customerId === key;
        if (!follows || !belongs) return { found: 'foreign', position };
        const row = { version: generation.version, key };
        await catchUp(projection, position.aggregateId, position.version, row);
      }
      generation = await generations.answering(projection);
      stored = await readModels.load(generation, key);
      if (!stored) throw new Error(`Row ${key} of ${projection.name} is gone`);
      return { found: stored, source: 'events', generation };
    },
  };
};
