import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { boundedCache } from '../boundedCache.ts';
import type { UnreadableCommit } from '../changeFeed.ts';
import { instantOf } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import type { Log } from '../log.ts';
import type { Gap, Gaps } from '../views/ports.ts';

/** In the place of a view in a gap. */
export const feedName = 'feed';
const remembered = 1_000;
/** In the place of an aggregate's id where a document has none. */
const nobody = 'unknown';
const versionIn = z.coerce.number().int().min(1).catch(1);

/** What is left of a document of the store that is no commit. */
const unreadable = z.object({
  aggregateId: z.string().catch(nobody),
  /** A commit has the version of its first event here. */
  id: z.string(),
  occurredAt: instant.catch(instantOf(0)),
});

/** The gaps of the feed: commits that it leaves out, since this program cannot read them. */
export type FeedGaps = { record(commit: UnreadableCommit): Promise<void> };

/** Records each once. */
export const createFeedGaps = ({ gaps, log }: { readonly gaps: Gaps; readonly log: Log }): FeedGaps => {
  const recorded = boundedCache<true>(remembered);
  return {
    async record({ unreadable: reason, document }) {
      const { aggregateId, id, occurredAt: since } = unreadable.parse(document);
      const version = versionIn.parse(id);
      const key = `${aggregateId}:${id}`;
      if (recorded.get(key)) return;
      log('error', `The feed leaves out a document of the event store: ${reason}`, { 'aggregate.id': aggregateId });
      await gaps.record({ view: feedName, aggregateId, position: version - 1, version, since, row: id });
      recorded.set(key, true);
    },
  };
};

/** Clears a gap of the feed where a newer program can read the commit, or somebody has deleted it. */
export const mendFeedGap = async (
  { eventStore, gaps }: { readonly eventStore: Pick<EventStore, 'commitIn'>; readonly gaps: Gaps },
  gap: Gap,
): Promise<void> => {
  // Nobody can read a document again whose aggregate is not known.
  if (gap.row === undefined || gap.aggregateId === nobody) return;
  try {
    await eventStore.commitIn(gap.aggregateId, gap.row);
  } catch (error) {
    if (error instanceof UnreadableEvent) return;
    throw error;
  }
  await gaps.clear(gap);
};
