import { addressOf } from '../../application/subscriptions/listener.ts';
import { boundedCache } from '../../application/boundedCache.ts';
import { createCatchUp } from '../../application/views/catchUp.ts';
import { createGenerations } from '../../application/views/generations.ts';
import { createProjector } from '../../application/views/projector.ts';
import { presentGaps, reconcile } from '../../application/views/reconciler.ts';
import { createViewStatus } from '../../application/views/viewStatus.ts';
import type { Shared } from './shared.ts';

export type ComposedViews = ReturnType<typeof composeViews>;

/** Keeps the views up to date, and reports on them. */
export const composeViews = ({ context: { views, listeners }, telemetry, stores, clock, log, pause }: Shared) => {
  const { eventStore, history, changeFeed, rows, aliases, parking, checkpoints, gaps, standings } = stores;
  const generations = createGenerations({
    aliases,
    eventStore,
    subscriptionOf: ({ name }) => addressOf(listeners, name).subscription,
    clock,
  });
  const projector = createProjector(rows, history, pause);
  const catchUp = createCatchUp({ history, projector, generations });
  const viewStatus = createViewStatus({ generations, standings, gaps, rows, parking, clock });
  const inStep = boundedCache<number>(50_000);
  const forReconciler = {
    ...{ views, eventStore, history, changeFeed, projector, generations, catchUp },
    ...{ rows, checkpoints, gaps, standings, inStep, clock, log },
  };
  const listGaps = () => presentGaps({ gaps, clock });

  return {
    generations,
    projector,
    catchUp,
    /**
     * Looks up every view before the first command: in a bank without history it is then live at once. If this fails,
     * the views are built later, which takes longer.
     */
    begin: async (): Promise<void> => {
      try {
        await generations.all(views);
      } catch (error) {
        log('warn', `Views have to be built if this is a new bank: ${String(error)}`);
      }
    },
    services: {
      listViews: () => viewStatus(views),
      listGaps,
      reconcile: async (maximumMs: number): Promise<void> => {
        // Before the run, which fails where it cannot write a view.
        if (telemetry.isOn) {
          for (const { view, stalled } of await generations.all(views)) if (stalled) telemetry.recordStalled(view);
        }
        await reconcile(forReconciler, clock.now() + maximumMs);
        if (telemetry.isOn) telemetry.recordGaps((await listGaps()).length);
      },
    },
  };
};
