import type { Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';
import type { Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import { AheadOfStore, type History } from '../history.ts';
import type { Log } from '../log.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { CatchUp } from './catchUp.ts';
import { rowOf, type Projector } from './projector.ts';

/** The reconciler leaves an event alone for this time, which its messages may take. */
export const graceMs = 10_000;

export type StandOptions = {
  readonly eventStore: Pick<EventStore, 'newestVersion'>;
  readonly history: History;
  readonly projector: Projector;
  readonly catchUp: CatchUp;
  readonly clock: Clock;
  readonly log: Log;
};

/** An aggregate as a pass has found it in the event store. */
export type Found = {
  readonly aggregateId: string;
  readonly aggregate: string;
  readonly version: number;
  /** Commits at hand, oldest first; they tell when the events occurred that a view lacks. */
  readonly commits?: readonly Pick<Commit, 'version' | 'occurredAt'>[];
  /** Whether there was no later version when the pass looked: then a row can be ahead. */
  readonly isNewest?: boolean;
  /** The key of the aggregate's row in one view, where the event store does not tell. */
  readonly row?: string | undefined;
};

/**
 * How a view stands to an aggregate. `inStep`: it has the version. `behind`: it lacks events, the oldest of them younger than the
 * grace. `gap`: it lacks events, or is ahead, and the reconciler cannot mend that. `unknown`: the view, or the event store, is away.
 */
export type Stand =
  | { readonly is: 'inStep'; readonly position: number }
  | { readonly is: 'behind'; readonly events: number; readonly oldest: string }
  | { readonly is: 'gap' }
  | { readonly is: 'unknown' };

type FoundGap = {
  readonly is: 'gap';
  readonly position: number;
  readonly version: number;
  readonly since: string | undefined;
};

type Detailed = Exclude<Stand, { is: 'gap' }> | FoundGap;

/**
 * How the live generation stands, which is the last, unless only a retired one is behind. Whatever else fails than a service is a gap,
 * so that it stops the comparison of nothing but this row. Throws ServiceUnavailable.
 */
export const standOf = async (
  options: StandOptions,
  view: View,
  generations: readonly Generation[],
  found: Found,
): Promise<Detailed> => {
  const { aggregateId, version } = found;
  let stand: Detailed = { is: 'inStep', position: version };
  for (const generation of generations) {
    const earlier: Detailed = stand;
    stand = await standOfGeneration(options, view, generation, found).catch((error: unknown): FoundGap => {
      // Waiting does not bring commits that the store has lost.
      if (error instanceof ServiceUnavailable && !(error instanceof AheadOfStore)) throw error;
      const ids = { view: view.name, 'aggregate.id': aggregateId };
      options.log('error', `${view.name} cannot be compared: ${String(error)}`, ids);
      return { is: 'gap', position: 0, version, since: found.commits?.[0]?.occurredAt };
    });
    if (stand.is === 'inStep' && earlier.is === 'behind') stand = earlier;
  }
  return stand;
};

/** Throws where nobody can tell the position. */
const standOfGeneration = async (
  { eventStore, history, projector, catchUp, clock, log }: StandOptions,
  view: View,
  generation: Generation,
  found: Found,
): Promise<Detailed> => {
  const { aggregateId, version } = found;
  const key = found.row ?? rowOf(generation, await history.first(aggregateId));
  // A former position was true once, so that at worst catching up finds nothing to do; but it does not tell that a view is ahead.
  const enough = found.isNewest ? undefined : version;
  const position = await projector.position(generation, key, aggregateId, enough);
  if (position > version && found.isNewest) {
    // It may have moved on meanwhile.
    const now = await eventStore.newestVersion(aggregateId);
    if (position > now) return { is: 'gap', position, version: now, since: undefined };
  }
  if (position >= version) return { is: 'inStep', position };

  const oldest = await occurredAfter(history, found, position);
  if (oldest !== undefined && isYoung(oldest, clock)) return { is: 'behind', events: version - position, oldest };
  try {
    await catchUp(view, aggregateId, version, { version: generation.version, key });
    return { is: 'inStep', position: version };
  } catch (error) {
    // Waiting does not bring commits that the store has lost; the reconciler goes on with other aggregates.
    if (error instanceof ServiceUnavailable && !(error instanceof AheadOfStore)) throw error;
    log('error', `${view.name} cannot catch up: ${String(error)}`);
    return { is: 'gap', position, version, since: oldest };
  }
};

/** When the first event after a position occurred; undefined where that event cannot be read. */
const occurredAfter = async (history: History, found: Found, position: number): Promise<string | undefined> => {
  const atHand = found.commits?.find(({ version }) => version > position);
  if (atHand) return atHand.occurredAt;
  try {
    return (await history.next(found.aggregateId, position, 1))[0]?.occurredAt;
  } catch (error) {
    if (error instanceof UnreadableEvent) return undefined;
    throw error;
  }
};

/** An event from further in the future comes from a clock that is wrong, and need not be waited for. */
const isYoung = (occurredAt: string, clock: Clock): boolean => Math.abs(clock.now() - Date.parse(occurredAt)) < graceMs;
