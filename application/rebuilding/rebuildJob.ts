import { z } from 'zod';
import type { View } from '../../eventSourcing/view.ts';
import { present, type Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import type { History } from '../history.ts';
import { endJob, type Job, type Jobs } from '../jobs/jobs.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../meter.ts';
import * as alias from '../views/alias.ts';
import type { Generations } from '../views/generations.ts';
import type { Projector } from '../views/projector.ts';

/** How long a step waits that cannot work now, since a service or the code of its view is away. */
export const awayMs = 5_000;

const rebuildState = z.object({
  version: z.int(),
  build: z.int(),
  /** The state of the generation if it does not go live. */
  otherwise: z.enum(['clearing', 'retired']),
  requestUnitsPerSecond: z.number().optional(),
  /** The pass over all aggregates that is under way, or over. */
  pass: z.int(),
  lanes: z.array(z.object({ continuation: z.string().optional(), finished: z.boolean() })),
});
type RebuildState = z.infer<typeof rebuildState>;

export const rebuildStep = z.strictObject({
  jobId: z.string(),
  /** The lane and pass to work on; without it, the step concludes the pass once all lanes are finished. */
  lane: z.strictObject({ pass: z.int(), index: z.int().min(0) }).optional(),
});
export type RebuildStep = z.infer<typeof rebuildStep>;

export type RebuildOptions = {
  readonly eventStore: EventStore;
  readonly history: History;
  readonly projector: Projector;
  readonly generations: Generations;
  readonly jobs: Jobs;
  readonly views: readonly View[];
  /** Delivers each step at least once, in any order. */
  readonly sendStep: (step: RebuildStep, delayMs?: number) => Promise<void>;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
};

export const stateOf = ({ state }: Job): RebuildState => rebuildState.parse(state);

/** Records the job of a generation that the alias names, and sends its first step. */
export const beginJob = async (
  { eventStore, jobs, sendStep }: RebuildOptions,
  view: View,
  { version, build, jobId }: alias.AliasedGeneration,
  { otherwise, requestUnitsPerSecond }: Pick<RebuildState, 'otherwise' | 'requestUnitsPerSecond'>,
): Promise<string> => {
  if (jobId === undefined) throw new Error(`Nothing is built of ${view.name}`);
  const state: RebuildState = { version, build, otherwise, requestUnitsPerSecond, pass: 0, lanes: [] };
  await jobs.begin({
    jobId,
    kind: 'rebuild',
    subject: view.name,
    status: 'running',
    done: 0,
    // An estimate: most commits have one event, and most are of aggregates that the view follows.
    total: await eventStore.countCommits(),
    state,
  });
  await sendStep({ jobId });
  return jobId;
};

/** Fails a job: its generation does not go live. */
export const failRebuild = async (options: RebuildOptions, jobId: string, reason: string): Promise<void> => {
  const { jobs, views } = options;
  const job = await jobs.load(jobId);
  const view = views.find(({ name }) => name === job?.subject);
  if (job?.status !== 'running' || !view) return;
  await giveUp(options, view, job);
  await endJob(jobs, jobId, { status: 'failed', reason });
};

/** Keeps the generation from going live; false where it is live already. */
export const giveUp = async (
  { generations, clock }: RebuildOptions,
  view: View,
  { jobId, state }: Job,
): Promise<boolean> => {
  // A job whose state nobody can read fails, too.
  const { otherwise = 'clearing' } = rebuildState.safeParse(state).data ?? {};
  const since = present(clock);
  const isIts = (each: alias.AliasedGeneration) => each.jobId === jobId;
  const now = await generations.change(view, (before) => {
    const generation = before.generations.find(isIts);
    return generation && alias.giveUp(before, generation, otherwise, since);
  });
  return now.generations.find(isIts)?.state !== 'live';
};
