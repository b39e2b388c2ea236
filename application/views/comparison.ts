import { generationName, type Generation, type View } from '../../eventSourcing/view.ts';
import { present } from '../clock.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { aliasOf, fedBy, resume } from './alias.ts';
import type { CatchUp } from './catchUp.ts';
import type { Generations } from './generations.ts';
import type { Gap, Gaps, Rows } from './ports.ts';
import { compareContent } from './rowContent.ts';
import { standOf, type Found, type Stand, type StandOptions } from './stand.ts';

export type ComparisonOptions = StandOptions & {
  readonly views: readonly View[];
  readonly generations: Generations;
  readonly rows: Pick<Rows, 'load' | 'loadEntries'>;
  readonly gaps: Gaps;
};

export type Comparison = {
  /** The views that follow a kind of aggregate. */
  following(aggregate: string): readonly View[];
  /** Generations that should have everything, each with its view: the live and the retired ones for which there is code. */
  readonly generations: readonly { readonly view: View; readonly generation: Generation }[];
  /**
   * Compares an aggregate with the rows of a view, which takes a point read for each generation; catches the view up where it is
   * behind, and records or clears its gap. Once a view was away, its answer is `unknown`, without a request.
   */
  compare(view: View, found: Found): Promise<Stand>;
  /** Compares a row of a view's live generation with its events; records a gap where it differs, and clears that otherwise. */
  compareRow(view: View, key: string, known?: Gap): Promise<void>;
  /** Records that a view has a version that the event store does not have. */
  recordAhead(view: View, gap: Omit<Gap, 'view' | 'since'>): Promise<void>;
};

/** Begins to compare: reads the aliases of the views. */
export const beginComparison = async (options: ComparisonOptions, known: readonly Gap[]): Promise<Comparison> => {
  const { views, generations, gaps, clock, log } = options;
  const aliases = await generations.all(views);
  const byView = new Map(
    views.map((view) => {
      const { fed } = fedBy(view, aliasOf(view, aliases));
      return [view, fed.flatMap(({ generation, id }) => (id.state === 'building' ? [] : [generation]))];
    }),
  );
  const stalled = new Set(views.filter((view) => aliasOf(view, aliases).stalled));
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

  /** Undefined where the view is away, which is then asked no more. */
  const unlessAway = async <Result>(view: View, work: () => Promise<Result>): Promise<Result | undefined> => {
    if (away.has(view)) return undefined;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      away.add(view);
      log('warn', `${view.name} is not compared: ${error.message}`);
      return undefined;
    }
  };

  /** Also takes a view up again that was set aside, since its store takes writes; in a quiet bank no message comes to tell. */
  const catchUp: CatchUp = async (view, ...missing) => {
    await options.catchUp(view, ...missing);
    if (!stalled.has(view)) return;
    await generations.change(view, resume);
    stalled.delete(view);
    log('info', `Took the view ${view.name} up again`);
  };

  const compareContentOf = (view: View, live: Generation, key: string) =>
    compareContent(options, live, key).catch((error: unknown) => {
      if (error instanceof ServiceUnavailable) throw error;
      log('error', `A row of ${view.name} cannot be compared: ${String(error)}`, { view: view.name, row: key });
      return undefined;
    });

  const compareRow = async (view: View, key: string, knownOf?: Gap): Promise<void> => {
    const live = byView.get(view)?.at(-1);
    if (!live) return;
    const differs = generationName(live);
    // A rebuild has made the row anew.
    if (knownOf && knownOf.differs !== differs) return gaps.clear(knownOf);
    const content = await compareContentOf(view, live, key);
    // One of the aggregates stands for the row.
    const [aggregateId, position = 0] = Object.entries(content?.positions ?? {})[0] ?? [];
    if (aggregateId === undefined) return;
    const gap = knownGap(view, aggregateId);
    if (content?.differs) {
      log('error', `A row of ${view.name} is not what its events make`, { view: view.name, row: key });
      const since = gap?.since ?? present(clock);
      await gaps.record({ view: view.name, aggregateId, position, version: position, since, row: key, differs });
    } else if (gap?.differs !== undefined) await gaps.clear(gap);
  };

  const compare = async (view: View, found: Found): Promise<Stand> => {
    const { aggregateId } = found;
    const gap = knownGap(view, aggregateId);
    const stand = await standOf({ ...options, catchUp }, view, byView.get(view) ?? [], found);
    if (stand.is !== 'gap') {
      // Only `compareRow` can tell whether a row differs no more.
      if (gap && gap.differs === undefined) await gaps.clear(gap);
      return stand;
    }
    const { position, version } = stand;
    const since = stand.since ?? gap?.since ?? present(clock);
    return record({ view: view.name, aggregateId, position, version, since, row: found.row });
  };

  return {
    following: (aggregate) => views.filter(({ follows }) => follows.includes(aggregate)),
    generations: views.flatMap((view) => (byView.get(view) ?? []).map((generation) => ({ view, generation }))),
    compare: async (view, found) => (await unlessAway(view, () => compare(view, found))) ?? { is: 'unknown' },
    compareRow: (view, key, knownOf) => unlessAway(view, () => compareRow(view, key, knownOf)),
    async recordAhead(view, ahead) {
      const since = knownGap(view, ahead.aggregateId)?.since ?? present(clock);
      await record({ ...ahead, view: view.name, since });
    },
  };
};
