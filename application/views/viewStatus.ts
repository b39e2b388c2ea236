import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { generationName, type Generation, type GenerationId, type View } from '../../eventSourcing/view.ts';
import { boundedCache } from '../boundedCache.ts';
import type { Clock } from '../clock.ts';
import type { EventStore, ListedHead } from '../eventStore.ts';
import { forEachOf } from '../forEachOf.ts';
import { AheadOfStore, type History } from '../history.ts';
import type { Parking } from '../subscriptions/ports.ts';
import { answering, type AliasedGeneration } from './alias.ts';
import type { Generations } from './generations.ts';
import { BrokenRow, type Gaps, type Rows } from './ports.ts';
import type { Projector } from './projector.ts';

/** The reconciler looks at older changes, and records a gap where a view stays behind. */
const recentMs = 10 * 60_000;
const readsAtOnce = 16;
const countedMs = 60_000;

export type ViewStatus = {
  readonly name: string;
  readonly generations: readonly (Pick<AliasedGeneration, 'state' | 'since'> & {
    readonly operationId?: string | undefined;
    readonly generation: string;
    /** Counted within the last minute. */
    readonly rows: number;
  })[];
  /** How many events the generation that answers has not folded yet, and when the oldest of them occurred. */
  readonly eventsBehind: number;
  readonly oldestUnapplied: string | undefined;
  readonly parked: number;
};

export type ViewsStatus = {
  readonly items: readonly ViewStatus[];
  /** How many of the aggregates that changed lately were compared; `more`: others changed, too. */
  readonly aggregates: number;
  readonly more: boolean;
};

type Options = {
  readonly eventStore: EventStore;
  readonly projector: Projector;
  readonly generations: Generations;
  readonly history: History;
  readonly gaps: Gaps;
  readonly rows: Pick<Rows, 'count'>;
  readonly parking: Pick<Parking, 'count'>;
  readonly clock: Clock;
};

type Behind = Pick<ListedHead, 'aggregateId' | 'version'> & { readonly position: number };

/**
 * How each view stands, by one page of the aggregates that changed within ten minutes, and by the recorded gaps. It compares the
 * position in the row that answers with the head. It reads that page, for each view a row of each of its aggregates
 * (and once the aggregate's first event), and an event of each aggregate that is behind; it counts rows once a minute.
 */
export const createViewStatus = ({
  eventStore,
  history,
  projector,
  generations,
  gaps,
  rows,
  parking,
  clock,
}: Options) => {
  const counted = new Map<string, { rows: number; until: number }>();
  const firstEvents = boundedCache<RecordedEvent>(10_000);

  const rowsOf = async (generation: GenerationId): Promise<number> => {
    const name = generationName(generation);
    const known = counted.get(name);
    if (known && known.until > clock.now()) return known.rows;
    const count = await rows.count(generation);
    counted.set(name, { rows: count, until: clock.now() + countedMs });
    return count;
  };

  const positionOf = async (generation: Generation, aggregateId: string): Promise<number> => {
    try {
      const first = firstEvents.get(aggregateId) ?? (await history.first(aggregateId));
      firstEvents.set(aggregateId, first);
      return await projector.position(generation, generation.rowOf(first), aggregateId);
    } catch (error) {
      if (error instanceof UnreadableEvent || error instanceof BrokenRow || error instanceof AheadOfStore) return 0;
      throw error;
    }
  };

  const behindOf = async (generation: Generation, heads: readonly ListedHead[]): Promise<Behind[]> => {
    const behind: Behind[] = [];
    const followed = heads.filter(({ aggregate }) => generation.follows.includes(aggregate));
    await forEachOf(followed, readsAtOnce, async ({ aggregateId, version }) => {
      const position = await positionOf(generation, aggregateId);
      if (position < version) behind.push({ aggregateId, version, position });
    });
    return behind;
  };

  const occurredAt = async ({ aggregateId, position }: Behind): Promise<string | undefined> =>
    (await history.next(aggregateId, position, 1))[0]?.occurredAt;

  const statusOf = async (view: View, heads: readonly ListedHead[]): Promise<ViewStatus> => {
    const alias = await generations.current(view);
    const answers = answering(view, alias);
    const recent = answers ? await behindOf(answers, heads) : [];
    const older = (await gaps.list()).filter(
      ({ view: name, position, version, aggregateId }) =>
        name === view.name && position < version && !heads.some((head) => head.aggregateId === aggregateId),
    );
    const behind = [...recent, ...older];
    const instants: string[] = [];
    await forEachOf(behind, readsAtOnce, async (each) => {
      const instant = await occurredAt(each).catch((error: unknown) => {
        if (error instanceof UnreadableEvent) return undefined;
        throw error;
      });
      if (instant !== undefined) instants.push(instant);
    });
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
      eventsBehind: behind.reduce((sum, { version, position }) => sum + version - position, 0),
      oldestUnapplied: instants.toSorted()[0],
      parked: await parking.count(view.name),
    };
  };

  return async (views: readonly View[]): Promise<ViewsStatus> => {
    const { heads, continuation } = await eventStore.listHeads({ changedSince: clock.now() - recentMs }, undefined);
    const items = await Promise.all(views.map((view) => statusOf(view, heads)));
    return { items, aggregates: heads.length, more: continuation !== undefined };
  };
};
