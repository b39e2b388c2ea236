import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { Generation, View } from '../../eventSourcing/view.ts';
import type { Checkpoints } from '../checkpoints.ts';
import { instantOf, type Clock } from '../clock.ts';
import type { EventStore, ListedHead } from '../eventStore.ts';
import { AheadOfStore, type History } from '../history.ts';
import type { Log } from '../log.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { fedBy } from './alias.ts';
import type { CatchUp } from './catchUp.ts';
import type { Generations } from './generations.ts';
import { BrokenRow, type Gap, type Gaps } from './ports.ts';
import type { Projector } from './projector.ts';

const checkpointName = 'reconciler';
const fromTheStart = '';
/** The reconciler looks at a change only after this time, which its messages may take. */
const graceMs = 10_000;
/** Several runs list the recent changes, since one may have ended early. */
const recentMs = 10 * 60_000;
/** A view that is behind for longer is a gap. */
const gapMs = 60_000;

type Options = {
  readonly views: readonly View[];
  readonly eventStore: EventStore;
  readonly history: History;
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
 * Compares heads with the positions of the views: each run all heads that changed lately, and one page of all heads. It catches
 * a view that is behind up from the event store, and records a gap where that does not help. It sends nothing:
 * the topic's duplicate detection would drop it.
 */
export const reconcile = async (options: Options, deadline: number): Promise<void> => {
  const { views, eventStore, checkpoints, gaps, inStep, clock } = options;
  const known = await gaps.list();
  const compared = await Promise.all(views.map((view) => comparedOf(options, view)));
  const visit = async (heads: readonly ListedHead[]) => {
    for (const head of heads) {
      if (clock.now() >= deadline) return;
      const hasGap = await reconcileHead(options, head, compared, known);
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

/** The gaps that runs of the reconciler recorded, and that are old enough to count as such. */
export const presentGaps = async ({ gaps, clock }: Pick<Options, 'gaps' | 'clock'>): Promise<readonly Gap[]> =>
  (await gaps.list()).filter(
    ({ position, version, since }) => position > version || Date.parse(since) <= clock.now() - gapMs,
  );

/** A view with the generations that should be where the heads are, the live one last. */
type Compared = { readonly view: View; readonly generations: readonly Generation[] };

const comparedOf = async ({ generations }: Options, view: View): Promise<Compared> => {
  const { fed } = fedBy(view, await generations.current(view));
  return {
    view,
    generations: fed.filter(({ id }) => id.state !== 'building').map(({ generation }) => generation),
  };
};

/** Whether any view stayed behind, or is ahead. */
const reconcileHead = async (
  options: Options,
  head: ListedHead,
  compared: readonly Compared[],
  known: readonly Gap[],
): Promise<boolean> => {
  const { history, gaps, log } = options;
  let hasGap = false;
  let first: RecordedEvent | undefined;
  for (const { view, generations } of compared.filter(({ view }) => view.follows.includes(head.aggregate))) {
    let gap: Gap | undefined;
    try {
      first ??= await history.first(head.aggregateId);
      for (const generation of generations) gap = await gapOf(options, view, generation, first, head);
    } catch (error) {
      if (!(error instanceof UnreadableEvent || error instanceof AheadOfStore)) throw error;
      gap = gapAt(view, head, 0);
    }
    if (gap) {
      const { aggregateId, position, version } = gap;
      log('warn', `${view.name} is at ${position} of ${aggregateId}, which is at ${version}`, {
        projection: view.name,
        'aggregate.id': aggregateId,
      });
      await gaps.record(gap);
      hasGap = true;
    } else if (known.some((old) => old.view === view.name && old.aggregateId === head.aggregateId)) {
      await gaps.clear(gapAt(view, head, 0));
    }
  }
  return hasGap;
};

const gapOf = async (
  { eventStore, projector, catchUp, log }: Options,
  view: View,
  generation: Generation,
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
    return gapAt(view, head, position);
  }
  if (position === version) return undefined;
  if (position > version) {
    // The head may have moved on since it was listed.
    const loaded = await eventStore.loadHead(aggregateId);
    const now = loaded && loaded.head !== 'fenced' ? loaded.head.version : 0;
    return position > now ? gapAt(view, { ...head, version: now }, position) : undefined;
  }
  try {
    await catchUp(view, aggregateId, version, { version: generation.version, key });
    return undefined;
  } catch (error) {
    // Waiting does not bring commits that the head counts and the store lacks; the reconciler goes on with other heads.
    if (error instanceof ServiceUnavailable && !(error instanceof AheadOfStore)) throw error;
    log('error', `${view.name} cannot catch up: ${String(error)}`);
    return gapAt(view, head, position);
  }
};

const gapAt = ({ name }: View, { aggregateId, version, changedAt }: ListedHead, position: number): Gap => ({
  view: name,
  aggregateId,
  position,
  version,
  since: instantOf(changedAt),
});
