import { observedMessages } from '../../adapters/telemetry/observedMessages.ts';
import { boundedCache } from '../../application/boundedCache.ts';
import { createMessageHandler } from '../../application/subscriptions/handleMessages.ts';
import { createCatchUp } from '../../application/views/catchUp.ts';
import { createGenerations } from '../../application/views/generations.ts';
import { createProjector } from '../../application/views/projector.ts';
import { presentGaps, reconcile } from '../../application/views/reconciler.ts';
import { createViewStatus } from '../../application/views/viewStatus.ts';
import { projections } from '../../projections/registry.ts';
import type { Shared } from './shared.ts';

export type ComposedProjecting = ReturnType<typeof composeProjecting>;

/** Keeps the views up to date, and reports on them. */
export const composeProjecting = ({ telemetry, stores, clock, log, pause }: Shared) => {
  const { eventStore, readModels, aliases, parking, checkpoints, gaps, counts } = stores;
  const generations = createGenerations({ aliases, eventStore, clock });
  const projector = createProjector(readModels, eventStore, pause);
  const catchUp = createCatchUp({ eventStore, projector, generations });
  const viewStatus = createViewStatus({ eventStore, projector, generations, gaps, counts, clock });
  const inStep = boundedCache<number>(50_000);
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
        await Promise.all(projections.map((projection) => generations.current(projection)));
      } catch (error) {
        log('warn', `Views have to be built if this is a new bank: ${String(error)}`);
      }
    },
    services: {
      handleMessages: telemetry.observe(
        createMessageHandler({ projector, generations, parking, clock, log, pause }),
        observedMessages,
      ),
      listViews: () => viewStatus(projections),
      listGaps,
      reconcile: async (maximumMs: number): Promise<void> => {
        await reconcile(
          { projections, eventStore, projector, generations, catchUp, checkpoints, gaps, inStep, clock, log },
          clock.now() + maximumMs,
        );
        if (telemetry.isOn) telemetry.recordGaps((await listGaps()).length);
      },
    },
  };
};
