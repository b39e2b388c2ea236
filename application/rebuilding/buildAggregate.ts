import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { Generation } from '../../eventSourcing/view.ts';
import type { ListedHead } from '../eventStore.ts';
import { AheadOfStore, type History } from '../history.ts';
import type { Log } from '../log.ts';
import { stopsOneGeneration } from '../views/catchUp.ts';
import { BrokenRow } from '../views/ports.ts';
import type { Projector } from '../views/projector.ts';

/** The generation cannot show an aggregate that the live one shows. */
export class BuildFailed extends Error {
  override name = 'BuildFailed';
}

type Options = {
  readonly history: History;
  readonly projector: Projector;
  readonly log: Log;
};

export type Pace = {
  /** How many events it folds before it asks again whether to go on. */
  readonly sliceEvents: number;
  /** Waits as long as the budget demands; false when there is no time for more. */
  readonly goOn: () => Promise<boolean>;
};

/**
 * Folds an aggregate's events into a generation, until it has reached its head. False when there was no time for all of them:
 * the next call folds the rest. It leaves out events that cannot be folded, if the live generation does not have them
 * either. Throws ServiceUnavailable and BuildFailed.
 */
export const buildAggregate = async (
  { history, projector, log }: Options,
  generation: Generation,
  live: Generation | undefined,
  { aggregateId, version }: ListedHead,
  { sliceEvents, goOn }: Pace,
): Promise<boolean> => {
  let first: RecordedEvent | undefined;
  try {
    const events = await history.next(aggregateId, 0);
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
    // Somebody restored the store to an earlier state, which lacks events that the head counted.
    if (error instanceof AheadOfStore) return true;
    if (!stopsOneGeneration(error)) throw error;
    if (live && first && (await isBehind(projector, generation, live, first))) {
      throw new BuildFailed(error.message, { cause: error });
    }
    log('warn', `${generation.name} leaves out an event, as its live generation does: ${error.message}`);
    return true;
  }
};

const isBehind = async (
  projector: Projector,
  generation: Generation,
  live: Generation,
  first: RecordedEvent,
): Promise<boolean> => {
  const position = async (of: Generation) => {
    try {
      return await projector.position(of, of.rowOf(first), first.aggregateId);
    } catch (error) {
      if (error instanceof BrokenRow) return 0;
      throw error;
    }
  };
  return (await position(generation)) < (await position(live));
};
