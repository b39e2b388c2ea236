import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { View } from '../../eventSourcing/view.ts';
import type { History } from '../history.ts';
import { fedBy } from './alias.ts';
import type { Generations } from './generations.ts';
import { BrokenRow } from './ports.ts';
import { FoldFailed, rowOf, type Projector } from './projector.ts';

type Options = {
  readonly history: History;
  readonly projector: Projector;
  readonly generations: Generations;
};

/**
 * Folds an aggregate's events from the event store into every generation that the app feeds, until they have reached a version
 * that the aggregate has. Throws ServiceUnavailable, and what stops the live generation; where another generation is stopped,
 * the alias says that it missed events.
 */
export type CatchUp = (
  view: View,
  aggregateId: string,
  version: number,
  /** The aggregate's row in one version of the view, where the caller knows it already. */
  row?: { readonly version: number; readonly key: string },
) => Promise<void>;

export const createCatchUp =
  ({ history, projector, generations }: Options): CatchUp =>
  async (view, aggregateId, version, row) => {
    const { fed, unknown } = fedBy(view, await generations.current(view));
    await generations.miss([{ view: view.name, ids: unknown }]);
    let first: Promise<RecordedEvent> | undefined;
    for (const { generation, id } of fed) {
      try {
        // All events of an aggregate belong to one row, so the first says which.
        const key =
          row?.version === generation.version
            ? row.key
            : rowOf(generation, await (first ??= history.first(aggregateId)));
        await projector.catchUp(generation, key, aggregateId, version);
      } catch (error) {
        if (id.state === 'live' || !stopsOneGeneration(error)) throw error;
        await generations.miss([{ view: view.name, ids: [id] }]);
      }
    }
  };

/** Whether a failure stops one generation, and need not stop another. */
export const stopsOneGeneration = (error: unknown): error is Error =>
  error instanceof FoldFailed || error instanceof UnreadableEvent || error instanceof BrokenRow;
