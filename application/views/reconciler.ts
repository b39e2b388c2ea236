import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import { feedName, mendFeedGap } from '../feed/feedGaps.ts';
import { forEachOf } from '../forEachOf.ts';
import { AheadOfStore } from '../history.ts';
import { beginComparison, type Comparison, type ComparisonOptions } from './comparison.ts';
import type { Gap, Gaps, Rows, Standings } from './ports.ts';
import { beginRecentPass, type RecentOptions } from './recentPass.ts';
import { compareListedAggregates } from './listedAggregates.ts';
import { compareListedRows } from './listedRows.ts';
import { someOf } from './someOf.ts';

/** A view that is behind for longer is a gap. */
const gapMs = 60_000;
/** A run visits as many of the known gaps. */
const gapsAtOnce = 50;
const visitsAtOnce = 4;

export type ReconcilerOptions = ComparisonOptions &
  RecentOptions & {
    readonly eventStore: EventStore;
    readonly rows: Pick<Rows, 'list' | 'load' | 'loadEntries'>;
    readonly standings: Standings;
  };

/**
 * Compares the positions of the views with the event store: each run the known gaps, what was committed since the run before, a page
 * of all aggregates, and a page of all rows, of which it also folds a few anew. It catches a view that is behind up from the event
 * store, and records a gap where that does not help. It sends nothing: the topic's duplicate detection would drop it. At the end it
 * records how the views stand.
 */
export const reconcile = async (options: ReconcilerOptions, deadline: number): Promise<void> => {
  const { gaps, standings, clock } = options;
  const begun = clock.now();
  /** Each pass ends at a share of the time, so that it leaves some to the next. */
  const until = (share: number) => begun + share * (deadline - begun);
  const known = await gaps.list();
  const comparison = await beginComparison(options, known);
  await visitGaps(options, comparison, known, until(0.2));
  const recent = await beginRecentPass(options, comparison);
  const isAtEnd = await recent.run(until(0.7));
  try {
    await compareListedAggregates(options, comparison, until(0.85));
    await compareListedRows(options, comparison, until(0.95));
  } finally {
    const standing = await recent.end(deadline);
    await standings.save({ ...standing, more: standing.more || !isAtEnd });
  }
};

/**
 * An instance with older code, which cannot read an event of newer code, records gaps: the next run of newer code mends them here.
 * A gap takes a query of the event store, and a point read for each generation.
 */
const visitGaps = async (
  { views, eventStore, history, gaps, clock, log }: ReconcilerOptions,
  comparison: Comparison,
  known: readonly Gap[],
  deadline: number,
): Promise<void> => {
  await forEachOf(someOf(known, gapsAtOnce), visitsAtOnce, async (gap) => {
    const { view: name, aggregateId, row, differs } = gap;
    const view = views.find((each) => each.name === name);
    if (clock.now() >= deadline) return;
    if (name === feedName) await mendFeedGap({ eventStore, gaps }, gap);
    if (!view) return;
    if (row !== undefined && differs !== undefined) await comparison.compareRow(view, row, gap);
    const version = await eventStore.newestVersion(aggregateId);
    const found = { aggregateId, aggregate: '', version, isNewest: true };
    try {
      await history.first(aggregateId);
      await comparison.compare(view, found);
    } catch (error) {
      if (!(error instanceof AheadOfStore || error instanceof UnreadableEvent)) throw error;
      // Only the row itself can tell whether it is still ahead.
      if (row !== undefined) await comparison.compare(view, { ...found, row });
      else log('warn', `${name} has a gap that nobody can compare: ${error.message}`);
    }
  });
};

/** The gaps that runs of the reconciler recorded, and that are old enough to count as such. */
export const presentGaps = async ({
  gaps,
  clock,
}: {
  readonly gaps: Gaps;
  readonly clock: Clock;
}): Promise<readonly Gap[]> =>
  (await gaps.list()).filter(
    ({ view, position, version, since }) =>
      view === feedName || position > version || Date.parse(since) <= clock.now() - gapMs,
  );
