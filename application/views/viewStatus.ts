import { generationName, type GenerationId, type View } from '../../eventSourcing/view.ts';
import type { Clock } from '../clock.ts';
import type { Parking } from '../subscriptions/ports.ts';
import { aliasOf, type Alias, type AliasedGeneration, type Stalled } from './alias.ts';
import type { Generations } from './generations.ts';
import type { Gap, Gaps, Rows, Standing, Standings } from './ports.ts';

const countedMs = 60_000;

export type ViewStatus = {
  readonly name: string;
  readonly generations: readonly (Pick<AliasedGeneration, 'state' | 'since'> & {
    readonly operationId?: string | undefined;
    readonly generation: string;
    /** Counted within the last minute. */
    readonly rows: number;
  })[];
  /** How many events the view had not folded when the reconciler looked, and when the oldest of them occurred. */
  readonly eventsBehind: number;
  readonly oldestUnapplied: string | undefined;
  readonly parked: number;
  /** Why its store takes no writes, if it does not. */
  readonly stalled: Stalled | undefined;
};

export type ViewsStatus = {
  readonly items: readonly ViewStatus[];
  /** When the reconciler's last run ended; undefined before the first. */
  readonly checkedAt: string | undefined;
  /** How many of the aggregates that changed lately it compared; `more`: others changed, too. */
  readonly aggregates: number;
  readonly more: boolean;
};

type Options = {
  readonly generations: Pick<Generations, 'all'>;
  readonly standings: Pick<Standings, 'load'>;
  readonly gaps: Pick<Gaps, 'list'>;
  readonly rows: Pick<Rows, 'count'>;
  readonly parking: Pick<Parking, 'count'>;
  readonly clock: Clock;
};

/**
 * How each view stands, by what the reconciler's last run recorded, which is up to half a minute old, and by the gaps. It reads
 * that record, the gaps and the aliases, and the number of parked messages of each view; it counts rows once a minute.
 */
export const createViewStatus = ({ generations, standings, gaps, rows, parking, clock }: Options) => {
  const counted = new Map<string, { rows: number; until: number }>();

  const rowsOf = async (generation: GenerationId): Promise<number> => {
    const name = generationName(generation);
    const known = counted.get(name);
    if (known && known.until > clock.now()) return known.rows;
    const count = await rows.count(generation);
    counted.set(name, { rows: count, until: clock.now() + countedMs });
    return count;
  };

  const statusOf = async (
    view: View,
    alias: Alias,
    standing: Standing | undefined,
    found: readonly Gap[],
  ): Promise<ViewStatus> => {
    const recent = standing?.behind[view.name];
    const older = found.filter(({ view: name, position, version }) => name === view.name && position < version);
    const oldest = [...(recent ? [recent.oldest] : []), ...older.map(({ since }) => since)].toSorted()[0];
    return {
      name: view.name,
      generations: await Promise.all(
        alias.generations.map(async ({ version, build, state, since, jobId }) => {
          const generation = { name: view.name, version, build };
          return {
            generation: generationName(generation),
            state,
            since,
            operationId: jobId,
            rows: await rowsOf(generation),
          };
        }),
      ),
      eventsBehind: older.reduce((sum, { version, position }) => sum + version - position, recent?.events ?? 0),
      oldestUnapplied: oldest,
      parked: await parking.count(view.name),
      stalled: alias.stalled,
    };
  };

  return async (views: readonly View[]): Promise<ViewsStatus> => {
    const [aliases, standing, found] = await Promise.all([generations.all(views), standings.load(), gaps.list()]);
    const items = await Promise.all(views.map((view) => statusOf(view, aliasOf(view, aliases), standing, found)));
    return { items, checkedAt: standing?.at, aggregates: standing?.aggregates ?? 0, more: standing?.more ?? false };
  };
};
