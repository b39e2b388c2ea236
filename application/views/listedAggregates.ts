import { listFrom, type Checkpoints } from '../checkpoints.ts';
import type { Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Comparison } from './comparison.ts';

const checkpointName = 'reconciler-aggregates';
const fromTheStart = '';
/** Bounds what an idle bank spends; the recent pass looks at everything that changes. */
const aggregatesInRun = 50;
const aggregatesAtOnce = 16;

type Options = {
  readonly eventStore: Pick<EventStore, 'listAggregates' | 'newestVersion'>;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
};

/**
 * Compares one page of all aggregates with all views, however long ago they changed; the next run goes on with the next page. An
 * aggregate takes a query of its newest version, and a point read for each view. (A point read of the commit after a position
 * would cost less, but finds nothing where a row stands within a commit of several events.)
 */
export const compareListedAggregates = async (
  { eventStore, checkpoints, clock }: Options,
  comparison: Comparison,
  deadline: number,
): Promise<void> => {
  const checkpoint = await checkpoints.load(checkpointName);
  const from = checkpoint?.position === fromTheStart ? undefined : checkpoint?.position;
  const { aggregates, continuation = fromTheStart } = await listFrom(
    (kept) => eventStore.listAggregates(kept, aggregatesInRun),
    from,
  );
  let isCompared = true as boolean;
  await forEachOf(aggregates, aggregatesAtOnce, async ({ aggregateId, aggregate }) => {
    if (clock.now() >= deadline) {
      isCompared = false;
      return;
    }
    const version = await eventStore.newestVersion(aggregateId);
    for (const view of comparison.following(aggregate)) {
      await comparison.compare(view, { aggregateId, aggregate, version, isNewest: true });
    }
  });
  if (isCompared) await checkpoints.save(checkpointName, continuation, checkpoint?.etag);
};
