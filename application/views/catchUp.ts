import { eventsOfCommit, type RecordedEvent } from '../../domain/commit.ts';
import { UnreadableEvent } from '../../domain/event.ts';
import type { Projection } from '../../projections/projection.ts';
import { fedBy } from './alias.ts';
import type { Generations } from './generations.ts';
import { BrokenRow } from './ports.ts';
import type { EventStore } from '../eventStore.ts';
import { AheadOfStore, FoldFailed, type Projector } from './projector.ts';

type Options = {
  readonly eventStore: EventStore;
  readonly projector: Projector;
  readonly generations: Generations;
};

/**
 * Folds an aggregate's events from the event store into every generation that is fed, until they have reached a version
 * that the aggregate has. Throws ServiceUnavailable, and what stops the live generation; another one has missed it then.
 */
export type CatchUp = (
  projection: Projection,
  aggregateId: string,
  version: number,
  /** The aggregate's row in one version of the projection, where it is known already. */
  row?: { readonly version: number; readonly key: string },
) => Promise<void>;

export const createCatchUp =
  ({ eventStore, projector, generations }: Options): CatchUp =>
  async (projection, aggregateId, version, row) => {
    const { fed, unknown } = fedBy(projection, await generations.current(projection));
    await generations.miss(projection, unknown);
    let first: Promise<RecordedEvent> | undefined;
    for (const { generation, id } of fed) {
      try {
        // All events of an aggregate belong to one row, so the first says which.
        const key =
          row?.version === generation.version
            ? row.key
            : generation.rowOf(await (first ??= firstEvent(eventStore, aggregateId)));
        await projector.catchUp(generation, key, aggregateId, version);
      } catch (error) {
        if (id.state === 'live' || !isOfGeneration(error)) throw error;
        await generations.miss(projection, [id]);
      }
    }
  };

/** What stops one generation need not stop another. */
export const isOfGeneration = (error: unknown): error is Error =>
  error instanceof FoldFailed || error instanceof UnreadableEvent || error instanceof BrokenRow;

/** Throws UnreadableEvent and AheadOfStore. */
export const firstEvent = async (eventStore: EventStore, aggregateId: string): Promise<RecordedEvent> => {
  for await (const [commit] of eventStore.readCommits(aggregateId, 0, 1)) {
    const [event] = commit ? eventsOfCommit(commit) : [];
    if (event) return event;
  }
  throw new AheadOfStore(aggregateId, 1);
};
