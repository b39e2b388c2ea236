import { z } from 'zod';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { generationName } from '../../eventSourcing/view.ts';
import { keptIn, listFrom, type Checkpoints } from '../checkpoints.ts';
import type { Clock } from '../clock.ts';
import { isRecorded, type EventStore } from '../eventStore.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Comparison } from './comparison.ts';
import type { Rows } from './ports.ts';
import { someOf } from './someOf.ts';

const checkpointName = 'reconciler-rows';
const readsAtOnce = 16;
/** As many rows of each page are folded anew, which takes some 100 request units at most. */
const foldedAnew = 2;

type Options = {
  readonly eventStore: Pick<EventStore, 'commitAt' | 'newestVersion'>;
  readonly rows: Pick<Rows, 'list'>;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
};

const rowsState = z.object({ generation: z.string(), continuation: z.string().optional() });

/**
 * Looks up in the event store the versions that one page of a generation's rows has; the next run goes on with the next page, or the
 * next generation. So it finds what a store lacks that somebody restored to an earlier state, also where that has nothing at all
 * of an aggregate. A few of the rows it compares with their events, too: neither a position nor a signature tells that a row has
 * come to show something else. A position takes a point read, and a query where no commit begins at that version.
 */
export const compareListedRows = async (
  { eventStore, rows, checkpoints, clock }: Options,
  comparison: Comparison,
  deadline: number,
): Promise<void> => {
  const checkpoint = await checkpoints.load(checkpointName);
  const state = keptIn(rowsState, checkpoint);
  const { generations } = comparison;
  const at = Math.max(
    0,
    generations.findIndex(({ generation }) => generationName(generation) === state?.generation),
  );
  const compared = generations[at];
  if (!compared) return;
  const { view, generation } = compared;
  const isSame = generationName(generation) === state?.generation;
  const page = await listFrom(
    (continuation) => rows.list(generation, continuation),
    isSame ? state.continuation : undefined,
  );

  const hasVersion = async (aggregateId: string, version: number): Promise<boolean> => {
    try {
      return isRecorded(await eventStore.commitAt(aggregateId, version));
    } catch (error) {
      if (error instanceof UnreadableEvent) return true;
      throw error;
    }
  };
  let isCompared = true as boolean;
  const positions = page.rows.flatMap(({ key, positions: own }) =>
    Object.entries(own).map(([aggregateId, position]) => ({ key, aggregateId, position })),
  );
  await forEachOf(positions, readsAtOnce, async ({ key: row, aggregateId, position }) => {
    if (clock.now() >= deadline) isCompared = false;
    else if (!(await hasVersion(aggregateId, position))) {
      const version = await eventStore.newestVersion(aggregateId);
      if (version < position) await comparison.recordAhead(view, { aggregateId, position, version, row });
    }
  });
  for (const { key } of someOf(page.rows, foldedAnew)) {
    if (clock.now() < deadline) await comparison.compareRow(view, key);
  }
  if (!isCompared) return;
  const next = page.continuation === undefined ? generations[(at + 1) % generations.length] : compared;
  const nextState = {
    generation: generationName(next?.generation ?? generation),
    continuation: page.continuation,
  };
  await checkpoints.save(checkpointName, JSON.stringify(nextState), checkpoint?.etag);
};
