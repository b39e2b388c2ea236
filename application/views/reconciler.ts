import type { RecordedEvent } from '../../domain/commit.ts';
import { UnreadableEvent } from '../../domain/event.ts';
import type { Projection } from '../../projections/projection.ts';
import { fedBy } from './alias.ts';
import { firstEvent, type CatchUp } from './catchUp.ts';
import type { Generations } from './generations.ts';
import { AheadOfStore, type Projector } from './projector.ts';
import { BrokenRow, type Gap, type Gaps } from './ports.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { Checkpoints } from '../checkpoints.ts';
import type { Clock } from '../clock.ts';
import type { EventStore, ListedHead } from '../eventStore.ts';
import type { Log } from '../log.ts';

const checkpointName = 'reconciler';
const fromTheStart = '';
/** How long the messages of a change may take before anybody looks after it. */
const graceMs = 10_000;
/** Recent changes are listed in several runs: one may have ended early. */
const recentMs = 10 * 60_000;
/** A view that is behind for longer is a gap. */
const gapMs = 60_000;

type Options = {
  readonly projections: readonly Projection[];
  readonly eventStore: EventStore;
  readonly projector: Projector;
  readonly generations: Generations;
  readonly catchUp: CatchUp;
  readonly checkpoints: Checkpoints;
  readonly gaps: Gaps;
  /** The version at which earlier runs of this instance found an aggregate in step with all views. */
  readonly inStep: { get(aggregateId: string): number | undefined; set(aggregateId: string, version: number): void };
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Compares heads with the positions of the views: all that changed lately, once, and with each run one page of all there are.
 * What is behind is caught up from the event store; what that does not mend is recorded as a gap. It sends nothing:
 * duplicate detection would drop it.
 */
export const reconcile = async (options: Options, deadline: number): Promise<void> => {
  const { projections, eventStore, checkpoints, gaps, inStep, clock } = options;
  const known = await gaps.list();
  const views = await Promise.all(projections.map((projection) => viewOf(options, projection)));
  const visit = async (heads: readonly ListedHead[]) => {
    for (const head of heads) {
      if (clock.now() >= deadline) return;
      const hasGap = await reconcileHead(options, head, views, known);
      if (!hasGap) inStep.set(head.aggregateId, head.version);
    }
  };

  let continuation: string | undefined;
  do {
    const page = await eventStore.listHeads({ changedSince: clock.now() - recentMs }, continuation);
    const settled = page.heads.filter(({ changedAt }) => changedAt <= clock.now() - graceMs);
    await visit(settled.filter(({ aggregateId, version }) => inStep.get(aggregateId) !== version));
    continuation = page.continuation;
  } while (continuation !== undefined && clock.now() < deadline);

  const checkpoint = await checkpoints.load(checkpointName);
  const page = await eventStore.listHeads({}, checkpoint?.position === fromTheStart ? undefined : checkpoint?.position);
  await visit(page.heads.filter(({ changedAt }) => changedAt <= clock.now() - graceMs));
  if (clock.now() < deadline)
    await checkpoints.save(checkpointName, page.continuation ?? fromTheStart, checkpoint?.etag);
};

/** Gaps as they are now, of those that a run of the reconciler left. */
export const presentGaps = async ({ gaps, clock }: Pick<Options, 'gaps' | 'clock'>): Promise<readonly Gap[]> =>
  (await gaps.list()).filter(
    ({ position, version, since }) => position > version || Date.parse(since) <= clock.now() - gapMs,
  );

type View = { readonly projection: Projection; readonly generations: readonly Projection[] };

/** A projection with the generations that are to be where the heads are, the live one last. */
const viewOf = async ({ generations }: Options, projection: Projection): Promise<View> => {
  const { fed } = fedBy(projection, await generations.current(projection));
  return {
    projection,
    generations: fed.filter(({ id }) => id.state !== 'building').map(({ generation }) => generation),
  };
};

/** Whether any view was left behind, or is ahead. */
const reconcileHead = async (
  options: Options,
  head: ListedHead,
  views: readonly View[],
  known: readonly Gap[],
): Promise<boolean> => {
  const { eventStore, gaps, log } = options;
  let hasGap = false;
  let first: RecordedEvent | undefined;
  for (const view of views.filter(({ projection }) => projection.aggregates.includes(head.aggregate))) {
    const { projection } = view;
    let gap: Gap | undefined;
    try {
      first ??= await firstEvent(eventStore, head.aggregateId);
      for (const generation of view.generations) gap = await gapOf(options, projection, generation, first, head);
    } catch (error) {
      if (!(error instanceof UnreadableEvent || error instanceof AheadOfStore)) throw error;
      gap = gapAt(projection, head, 0);
    }
    if (gap) {
      const { aggregateId, position, version } = gap;
      log('warn', `${gap.projection} is at ${position} of ${aggregateId}, which is at ${version}`, {
        projection: gap.projection,
        'aggregate.id': aggregateId,
      });
      await gaps.record(gap);
      hasGap = true;
    } else if (known.some((old) => old.projection === projection.name && old.aggregateId === head.aggregateId)) {
      await gaps.clear(gapAt(projection, head, 0));
    }
  }
  return hasGap;
};

const gapOf = async (
  { eventStore, projector, catchUp, log }: Options,
  projection: Projection,
  generation: Projection,
  first: RecordedEvent,
  head: ListedHead,
): Promise<Gap | undefined> => {
  const { aggregateId, version } = head;
  const key = generation.rowOf(first);
  let position = 0;
  try {
    position = await projector.position(generation, key, aggregateId);
  } catch (error) {
    if (!(error instanceof BrokenRow)) throw error;
    return gapAt(projection, head, position);
  }
  if (position === version) return undefined;
  if (position > version) {
    // The head may have moved on since it was listed.
    const loaded = await eventStore.loadHead(aggregateId);
    const now = typeof loaded === 'object' && loaded.head !== 'fenced' ? loaded.head.version : 0;
    return position > now ? gapAt(projection, { ...head, version: now }, position) : undefined;
  }
  try {
    await catchUp(projection, aggregateId, version, { version: generation.version, key });
    return undefined;
  } catch (error) {
    // Commits that the head counts and the store lacks do not come by waiting, and stand in no other's way.
    if (error instanceof ServiceUnavailable && !(error instanceof AheadOfStore)) throw error;
    log('error', `${projection.name} cannot be mended: ${String(error)}`);
    return gapAt(projection, head, position);
  }
};

const gapAt = ({ name }: Projection, { aggregateId, version, changedAt }: ListedHead, position: number): Gap => ({
  projection: name,
  aggregateId,
  position,
  version,
  since: new Date(changedAt).toISOString(),
});
