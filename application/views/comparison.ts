import type { Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';
import { present, type Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import { AheadOfStore, type History } from '../history.ts';
import type { Log } from '../log.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { fedBy } from './alias.ts';
import type { CatchUp } from './catchUp.ts';
import type { Generations } from './generations.ts';
import { BrokenRow, type Gap, type Gaps } from './ports.ts';
import type { Projector } from './projector.ts';

/** The reconciler leaves an event alone for this time, which its messages may take. */
export const graceMs = 10_000;

export type ComparisonOptions = {
  readonly views: readonly View[];
  readonly eventStore: Pick<EventStore, 'newestVersion'>;
  readonly history: History;
  readonly projector: Projector;
  readonly generations: Generations;
  readonly catchUp: CatchUp;
  readonly gaps: Gaps;
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

export type Comparison = {
  /** The views that follow a kind of aggregate. */
  following(aggregate: string): readonly View[];
  /** Generations that should have everything, each with its view: the live and the retired ones for which there is code. */
  readonly generations: readonly { readonly view: View; readonly generation: Generation }[];
  /**
   * Compares an aggregate with the rows of a view, which takes a point read for each generation; catches the view up where it is
   * behind, and records or clears its gap. Asks a view that is away no more.
   */
  compare(view: View, found: Found): Promise<Stand>;
  /** Records that a view has a version that the event store does not have. */
  recordAhead(view: View, gap: Omit<Gap, 'view' | 'since'>): Promise<void>;
};

/** Begins to compare: reads the alias of each view. */
export const beginComparison = async (options: ComparisonOptions, known: readonly Gap[]): Promise<Comparison> => {
  const { views, gaps, clock, log } = options;
  const byView = new Map<View, readonly Generation[]>();
  for (const view of views) {
    const { fed } = fedBy(view, await options.generations.current(view));
    const compared = fed.filter(({ id }) => id.state !== 'building');
    byView.set(
      view,
      compared.map(({ generation }) => generation),
    );
  }
  const away = new Set<View>();
  const knownGap = (view: View, aggregateId: string) =>
    known.find((gap) => gap.view === view.name && gap.aggregateId === aggregateId);

  const record = async (gap: Gap): Promise<Stand> => {
    const { view, aggregateId, position, version } = gap;
    log('warn', `${view} is at ${position} of ${aggregateId}, which is at ${version}`, {
      view,
      'aggregate.id': aggregateId,
    });
    await gaps.record(gap);
    return { is: 'gap' };
  };

  return {
    following: (aggregate) => views.filter(({ follows }) => follows.includes(aggregate)),
    generations: views.flatMap((view) => (byView.get(view) ?? []).map((generation) => ({ view, generation }))),
    async compare(view, found) {
      if (away.has(view)) return { is: 'unknown' };
      const { aggregateId } = found;
      const gap = knownGap(view, aggregateId);
      try {
        const stand = await standOf(options, view, byView.get(view) ?? [], found);
        if (stand.is !== 'gap') {
          if (gap) await gaps.clear(gap);
          return stand;
        }
        const { position, version } = stand;
        const since = stand.since ?? gap?.since ?? present(clock);
        return await record({ view: view.name, aggregateId, position, version, since, row: found.row });
      } catch (error) {
        if (!(error instanceof ServiceUnavailable)) throw error;
        away.add(view);
        log('warn', `${view.name} is not compared: ${error.message}`);
        return { is: 'unknown' };
      }
    },
    async recordAhead(view, ahead) {
      const since = knownGap(view, ahead.aggregateId)?.since ?? present(clock);
      await record({ ...ahead, view: view.name, since });
    },
  };
};

type FoundGap = {
  readonly is: 'gap';
  readonly position: number;
  readonly version: number;
  readonly since: string | undefined;
};

type Detailed = Exclude<Stand, { is: 'gap' }> | FoundGap;

/** How the live generation stands, which is the last, unless only a retired one is behind. Throws ServiceUnavailable. */
const standOf = async (
  options: ComparisonOptions,
  view: View,
  generations: readonly Generation[],
  found: Found,
): Promise<Detailed> => {
  let stand: Detailed = { is: 'inStep', position: found.version };
  for (const generation of generations) {
    const earlier: Detailed = stand;
    stand = await standOfGeneration(options, view, generation, found).catch((error: unknown): FoundGap => {
      const isOfAggregate = [UnreadableEvent, AheadOfStore, BrokenRow].some((kind) => error instanceof kind);
      if (!isOfAggregate) throw error;
      return { is: 'gap', position: 0, version: found.version, since: found.commits?.[0]?.occurredAt };
    });
    if (stand.is === 'inStep' && earlier.is === 'behind') stand = earlier;
  }
  return stand;
};

/** Throws UnreadableEvent, AheadOfStore and BrokenRow where nobody can tell the position. */
const standOfGeneration = async (
  { eventStore, history, projector, catchUp, clock, log }: ComparisonOptions,
  view: View,
  generation: Generation,
  found: Found,
): Promise<Detailed> => {
  const { aggregateId, version } = found;
  const key = found.row ?? generation.rowOf(await history.first(aggregateId));
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
