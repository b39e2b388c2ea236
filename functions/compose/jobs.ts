import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../adapters/identity/connection.ts';
import { storageQueue } from '../../adapters/storage/queue.ts';
import { meter } from '../../adapters/telemetry/meter.ts';
import { beginReplay, runReplays, type ReplayRequest } from '../../application/jobs/replay.ts';
import { failRebuild, runStep, type RebuildStep } from '../../application/rebuilding/rebuild.ts';
import { flipBack, rebuild, superviseViews } from '../../application/rebuilding/superviseViews.ts';
import type { Projection } from '../../projections/projection.ts';
import { projections } from '../../projections/registry.ts';
import { rebuildQueue } from '../background/rebuildSteps.ts';
import type { ComposedProjecting } from './projecting.ts';
import type { Shared } from './shared.ts';

/** Rebuilds and replays: work that goes on after its request has been answered. */
export const composeJobs = (
  { stores: { eventStore, changeFeed, operations, rows }, topic, clock, log }: Shared,
  { projector, generations }: ComposedProjecting,
  storage: () => Connection,
) => {
  const wait = (ms: number) => sleep(Math.max(0, ms));
  const shared = { eventStore, operations, clock, log, wait, newId: randomUUID };
  const forReplays = { ...shared, changeFeed, topic };
  const sendStep = storageQueue(storage, rebuildQueue).send;
  const forRebuilds = { ...shared, projector, generations, projections, sendStep, rows, meter };

  return {
    operations,
    rebuild: (projection: Projection, requestUnitsPerSecond?: number) =>
      rebuild(forRebuilds, projection, requestUnitsPerSecond),
    flipBack: (projection: Projection) => flipBack(forRebuilds, projection),
    runRebuildStep: (step: RebuildStep) => runStep(forRebuilds, step),
    failRebuild: (operationId: string, reason: string) => failRebuild(forRebuilds, operationId, reason),
    superviseViews: (maximumMs: number) => superviseViews(forRebuilds, clock.now() + maximumMs),
    replay: (subscription: string, asked: ReplayRequest) => beginReplay(forReplays, subscription, asked),
    runReplays: (maximumMs: number) => runReplays(forReplays, clock.now() + maximumMs),
  };
};
