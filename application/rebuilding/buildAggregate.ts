import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { Generation } from '../../eventSourcing/view.ts';
import { AheadOfStore, type History } from '../history.ts';
import type { Log } from '../log.ts';
import { stopsOneGeneration } from '../views/catchUp.ts';
import { BrokenRow } from '../views/ports.ts';
import { rowOf, type Projector } from '../views/projector.ts';

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
  /** How many commits it reads and folds before it asks again whether to go on. */
  readonly sliceCommits: number;
  /** Waits as long as the budget demands; false when there is no time for more. */
  readonly goOn: () => Promise<boolean>;
};

/**
 * Folds an aggregate's events into a generation, until the event store has no more of them; then returns how many the generation has.
 * Undefined when there was no time for all of them: the next call folds the rest. It leaves out events that cannot be folded, if the
 * live generation does not have them either. Throws ServiceUnavailable and BuildFailed.
 */
export const buildAggregate = async (
  options: Options,
  generation: Generation,
  live: Generation | undefined,
  aggregateId: string,
  pace: Pace,
): Promise<number | undefined> => {
  const { projector, log } = options;
  const row: BuiltRow = { first: undefined, reached: 0 };
  try {
    // The row is further than the page where somebody else feeds it: then goes on from there.
    for (let outcome: Outcome = 'skipped'; outcome === 'skipped';) {
      outcome = await foldPages(options, generation, aggregateId, row, pace);
      if (outcome === 'outOfTime') return undefined;
    }
    return row.reached;
  } catch (error) {
    // Somebody restored the store to an earlier state while this read from it.
    if (error instanceof AheadOfStore) return row.reached;
    if (!stopsOneGeneration(error)) throw error;
    if (live && row.first && (await isBehind(projector, generation, live, row.first))) {
      throw new BuildFailed(error.message, { cause: error });
    }
    log('warn', `${generation.name} leaves out an event, as its live generation does: ${error.message}`);
    return row.reached;
  }
};

type BuiltRow = { first: RecordedEvent | undefined; reached: number };
type Outcome = 'finished' | 'skipped' | 'outOfTime';

const foldPages = async (
  { history, projector }: Options,
  generation: Generation,
  aggregateId: string,
  row: BuiltRow,
  { sliceCommits, goOn }: Pace,
): Promise<Outcome> => {
  let isFirstPage = true;
  for await (const events of history.pages(aggregateId, row.reached, sliceCommits)) {
    if (!isFirstPage && !(await goOn())) return 'outOfTime';
    isFirstPage = false;
    row.first ??= events[0];
    if (!row.first) continue;
    const { positions, failures } = await projector.apply(generation, rowOf(generation, row.first), events);
    const page = row.reached + events.length;
    row.reached = positions[aggregateId] ?? 0;
    const failure = failures.get(aggregateId);
    if (failure) throw failure;
    if (row.reached > page) return 'skipped';
  }
  return 'finished';
};

const isBehind = async (
  projector: Projector,
  generation: Generation,
  live: Generation,
  first: RecordedEvent,
): Promise<boolean> => {
  const position = async (of: Generation) => {
    try {
      return await projector.position(of, rowOf(of, first), first.aggregateId);
    } catch (error) {
      if (error instanceof BrokenRow) return 0;
      throw error;
    }
  };
  return (await position(generation)) < (await position(live));
};
