import { generationOf, type Generation, type Projection } from '../../projections/projection.ts';
import { eventsOfCommit, type RecordedEvent } from '../../domain/commit.ts';
import { UnreadableEvent } from '../../domain/event.ts';
import { answering, type AliasedGeneration } from './alias.ts';
import { boundedCache } from '../boundedCache.ts';
import { firstEvent } from './catchUp.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Generations } from './generations.ts';
import { BrokenRow, type Counts, type Gaps } from './ports.ts';
import type { Clock } from '../clock.ts';
import type { EventStore, ListedHead } from '../eventStore.ts';
import { AheadOfStore, type Projector } from './projector.ts';

/** Changes that are older are the reconciler's: what it could not mend is a gap. */
const recentMs = 10 * 60_000;
const readsAtOnce = 16;
const countedMs = 60_000;

export type ViewStatus = {
  readonly name: string;
  readonly generations: readonly (Pick<AliasedGeneration, 'state' | 'since' | 'operationId'> & {
    readonly generation: string;
    /** Counted within the last minute. */
    readonly rows: number;
  })[];
  /** Of what answers: how many events it has not folded yet, and when the oldest of them occurred. */
  readonly eventsBehind: number;
  readonly oldestUnapplied: string | undefined;
  readonly parked: number;
};

export type ViewsStatus = {
  readonly items: readonly ViewStatus[];
  /** Aggregates that changed lately, whose positions were looked at; `more`: others changed, too. */
  readonly aggregates: number;
  readonly more: boolean;
};

type Options = {
  readonly eventStore: EventStore;
  readonly projector: Projector;
  readonly generations: Generations;
  readonly gaps: Gaps;
  readonly counts: Counts;
  readonly clock: Clock;
};

type Behind = Pick<ListedHead, 'aggregateId' | 'version'> & { readonly position: number };

/**
 * How each view stands. Looks at one page of the aggregates that changed within ten minutes and at recorded gaps: of each
 * the position in the row that answers, compared with the head. It reads that page, a row for each of its aggregates and
 * each view (and once the aggregate's first event), and an event of each aggregate that is behind; rows are counted once a
 * minute.
 */
export const createViewStatus = ({ eventStore, projector, generations, gaps, counts, clock }: Options) => {
  const counted = new Map<string, { rows: number; until: number }>();
  const firstEvents = boundedCache<RecordedEvent>(10_000);

  const rowsOf = async (generation: Generation): Promise<number> => {
    const name = generationOf(generation);
    const known = counted.get(name);
    if (known && known.until > clock.now()) return known.rows;
    const rows = await counts.rows(generation);
    counted.set(name, { rows, until: clock.now() + countedMs });
    return rows;
  };

  const positionOf = async (generation: Projection, aggregateId: string): Promise<number> => {
    try {
      const first = firstEvents.get(aggregateId) ?? (await firstEvent(eventStore, aggregateId));
      firstEvents.set(aggregateId, first);
      return await projector.position(generation, generation.rowOf(first), aggregateId);
    } catch (error) {
      if (error instanceof UnreadableEvent || error instanceof BrokenRow || error instanceof AheadOfStore) return 0;
      throw error;
    }
  };

  const behindOf = async (generation: Projection, heads: readonly ListedHead[]): Promise<Behind[]> => {
    const behind: Behind[] = [];
    const followed = heads.filter(({ aggregate }) => generation.aggregates.includes(aggregate));
    await forEachOf(followed, readsAtOnce, async ({ aggregateId, version }) => {
      const position = await positionOf(generation, aggregateId);
      if (position < version) behind.push({ aggregateId, version, position });
    });
    return behind;
  };

  const occurredAt = async ({ aggregateId, position }: Behind): Promise<string | undefined> => {
    for await (const [commit] of eventStore.readCommits(aggregateId, position, 1)) {
      if (!commit) return undefined;
      return eventsOfCommit(commit).find(({ version }) => version > position)?.occurredAt;
    }
    return undefined;
  };

  const statusOf = async (projection: Projection, heads: readonly ListedHead[]): Promise<ViewStatus> => {
    const alias = await generations.current(projection);
    const answers = answering(projection, alias);
    const recent = answers ? await behindOf(answers, heads) : [];
    const older = (await gaps.list()).filter(
      ({ projection: name, position, version, aggregateId }) =>
        name === projection.name && position < version && !heads.some((head) => head.aggregateId === aggregateId),
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
      name: projection.name,
      generations: await Promise.all(
        alias.generations.map(async ({ version, build, state, since, operationId }) => {
          const generation = { name: projection.name, version, build };
          return { generation: generationOf(generation), state, since, operationId, rows: await rowsOf(generation) };
        }),
      ),
      eventsBehind: behind.reduce((sum, { version, position }) => sum + version - position, 0),
      oldestUnapplied: instants.toSorted()[0],
      parked: await counts.parked(projection.name),
    };
  };

  return async (projections: readonly Projection[]): Promise<ViewsStatus> => {
    const { heads, continuation } = await eventStore.listHeads({ changedSince: clock.now() - recentMs }, undefined);
    const items = await Promise.all(projections.map((projection) => statusOf(projection, heads)));
    return { items, aggregates: heads.length, more: continuation !== undefined };
  };
};
