import type { RecordedEvent } from '../../domain/commit.ts';
import type { Projection } from '../../projections/projection.ts';
import { isOfGeneration } from '../views/catchUp.ts';
import { BrokenRow } from '../views/ports.ts';
import type { EventStore, ListedHead } from '../eventStore.ts';
import type { Log } from '../log.ts';
import { AheadOfStore, type Projector } from '../views/projector.ts';
import { readableEvents } from '../readableEvents.ts';

/** The generation cannot show what the live one does. */
export class BuildFailed extends Error {
  override name = 'BuildFailed';
}

type Options = {
  readonly eventStore: EventStore;
  readonly projector: Projector;
  readonly log: Log;
};

export type Pace = {
  /** How many events are folded before it is asked again whether to go on. */
  readonly sliceEvents: number;
  /** Waits as long as it has to; false when there is no time for more. */
  readonly goOn: () => Promise<boolean>;
};

/**
 * Folds an aggregate's events into a generation, until it has reached its head. False when there was no time for all of it:
 * the rest is done when it is called again. What cannot be folded is left out if the live generation does not have it
 * either. Throws ServiceUnavailable and BuildFailed.
 */
export const buildAggregate = async (
  { eventStore, projector, log }: Options,
  generation: Projection,
  live: Projection | undefined,
  { aggregateId, version }: ListedHead,
  { sliceEvents, goOn }: Pace,
): Promise<boolean> => {
  let first: RecordedEvent | undefined;
  try {
    const events = await firstEvents(eventStore, aggregateId);
    first = events[0];
    if (!first) throw new AheadOfStore(aggregateId, 1);
    const key = generation.rowOf(first);
    const { positions, failures } = await projector.apply(generation, key, events);
    const failure = failures.get(aggregateId);
    if (failure) throw failure;
    for (let reached = positions[aggregateId] ?? 0; reached < version;) {
      if (!(await goOn())) return false;
      reached = Math.min(version, reached + sliceEvents);
      await projector.catchUp(generation, key, aggregateId, reached);
    }
    return true;
  } catch (error) {
    // Its store was restored to an earlier state: what was counted is not there any more.
    if (error instanceof AheadOfStore) return true;
    if (!isOfGeneration(error)) throw error;
    if (live && first && (await isBehind(projector, generation, live, first))) {
      throw new BuildFailed(error.message, { cause: error });
    }
    log('warn', `Left out of ${generation.name}, as it is of the live view: ${error.message}`);
    return true;
  }
};

const isBehind = async (
  projector: Projector,
  generation: Projection,
  live: Projection,
  first: RecordedEvent,
): Promise<boolean> => {
  const position = async (of: Projection) => {
    try {
      return await projector.position(of, of.rowOf(first), first.aggregateId);
    } catch (error) {
      if (error instanceof BrokenRow) return 0;
      throw error;
    }
  };
  return (await position(generation)) < (await position(live));
};

/** The first page; what can be read of it. */
const firstEvents = async (eventStore: EventStore, aggregateId: string): Promise<readonly RecordedEvent[]> => {
  for await (const page of eventStore.readCommits(aggregateId, 0)) return readableEvents(page);
  return [];
};
