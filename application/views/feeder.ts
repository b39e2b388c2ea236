import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';
import { forEachOf } from '../forEachOf.ts';
import { AheadOfStore } from '../history.ts';
import type { Hear } from '../subscriptions/handleMessages.ts';
import type { Patience } from '../subscriptions/patience.ts';
import type { Delivery, Failed } from '../subscriptions/readBatch.ts';
import { fedBy } from './alias.ts';
import type { Generations } from './generations.ts';
import { BrokenRow } from './ports.ts';
import type { Applied, Projector } from './projector.ts';

/** The most rows that a store takes in one request. */
const rowsAtOnce = 100;

type Options = {
  readonly projector: Projector;
  readonly generations: Generations;
  /**
   * How long the feeder waits for an event that the event store does not have. Then the app parks the message; should the store
   * have the event later, the reconciler folds it.
   */
  readonly aheadPatienceMs?: number;
};

/**
 * Folds events into every generation of a view that the app feeds, and passes over those of aggregates that the view does not follow.
 * Returns the failures of the live generation. Marks any other generation that cannot fold an event as having missed it, and one
 * for which this program has no code before it writes anything.
 */
export const createFeeder = ({ projector, generations, aheadPatienceMs = 2_000 }: Options): Hear<View> => {
  /** Tries again for a while where events are missing from the event store. */
  const apply = async (
    generation: Generation,
    key: string,
    events: readonly RecordedEvent[],
    patience: Patience,
  ): Promise<Applied> => {
    for (let attempt = 1; ; attempt += 1) {
      const applied = await patience.retry(() => projector.apply(generation, key, events), isBrokenRow);
      const isAhead = [...applied.failures.values()].some((failure) => failure instanceof AheadOfStore);
      if (!isAhead || !(await patience.waitWithin(aheadPatienceMs, attempt))) return applied;
    }
  };

  /** Returns the deliveries that cannot be folded. */
  const feed = async (
    generation: Generation,
    deliveries: readonly Delivery[],
    patience: Patience,
  ): Promise<readonly Failed[]> => {
    const failed: Failed[] = [];
    // A replay also sends events for which the subscription has no rule, and a new subscription gets all until its rules are there.
    const followed = deliveries.filter(({ event }) => generation.follows.includes(event.aggregate));
    const byRow = Map.groupBy(followed, ({ event }) => generation.rowOf(event));
    await forEachOf(byRow, rowsAtOnce, async ([key, ofRow]) => {
      try {
        const events = ofRow.map(({ event }) => event);
        const { positions, failures } = await apply(generation, key, events, patience);
        for (const { message, event } of ofRow) {
          const failure = failures.get(event.aggregateId);
          if (failure && event.version > (positions[event.aggregateId] ?? 0)) failed.push({ message, failure });
        }
      } catch (error) {
        if (!isBrokenRow(error)) throw error;
        failed.push(...ofRow.map(({ message }) => ({ message, failure: error })));
      }
    });
    return failed;
  };

  return async (view, deliveries, patience) => {
    // Read the alias only now, after hearing of the events: see Generations.
    const { fed, unknown } = fedBy(view, await patience.retry(() => generations.current(view)));
    await patience.retry(() => generations.miss(view, unknown));
    const failedLive: Failed[] = [];
    for (const { generation, id } of fed) {
      const failed = await feed(generation, deliveries, patience);
      if (id.state === 'live') failedLive.push(...failed);
      else if (failed.some(({ failure }) => !(failure instanceof AheadOfStore))) {
        await patience.retry(() => generations.miss(view, [id]));
      }
    }
    return failedLive;
  };
};

const isBrokenRow = (error: unknown): error is BrokenRow => error instanceof BrokenRow;
