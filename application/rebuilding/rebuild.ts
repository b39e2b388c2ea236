import type { View } from '../../eventSourcing/view.ts';
import { present } from '../clock.ts';
import { endJob, type Job } from '../jobs/jobs.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import * as alias from '../views/alias.ts';
import { recentMs } from '../views/generations.ts';
import { BuildFailed } from './buildAggregate.ts';
import { laneCount, runLane } from './lane.ts';
import { awayMs, failRebuild, giveUp, stateOf, type RebuildOptions, type RebuildStep } from './rebuildJob.ts';

/** Less than the silence after which others take a step for lost. */
const againMs = 5_000;
const unknownMs = 3_600_000;

/**
 * Runs one step of a rebuild, of bounded length; a step that comes twice, or late, does no harm. While a service is away, the step
 * sends itself again. It throws any other failure; the queue delivers it again, and after some deliveries calls `failRebuild`.
 */
export const runStep = async (options: RebuildOptions, step: RebuildStep): Promise<void> => {
  const { jobs, views, sendStep, clock, log } = options;
  try {
    const job = await jobs.load(step.jobId);
    if (job?.status !== 'running') return;
    const view = views.find(({ name }) => name === job.subject);
    if (!view) {
      // Another version of the program has this view, for a while at least.
      if (Date.parse(job.updatedAt) > clock.now() - unknownMs) await sendStep(step, awayMs);
      return;
    }
    if (job.cancelRequested && (await giveUp(options, view, job))) {
      await endJob(jobs, job.jobId, { status: 'cancelled' });
      return;
    }
    if (step.lane) await runLane(options, view, job, step.lane);
    else await conclude(options, view, job);
  } catch (error) {
    if (error instanceof ServiceUnavailable) {
      log('warn', `A step of a rebuild waits: ${error.message}`);
      await sendStep(step, awayMs);
    } else if (error instanceof BuildFailed) {
      log('error', `A rebuild failed: ${error.message}`);
      await failRebuild(options, step.jobId, error.message);
    } else {
      throw error;
    }
  }
};

/** Once all lanes are finished: begins a further pass if the generation missed events, and else lets it answer. */
const conclude = async (options: RebuildOptions, view: View, job: Job): Promise<void> => {
  const { generations, jobs, sendStep, clock } = options;
  const { jobId } = job;
  const state = stateOf(job);
  if (state.lanes.some(({ finished }) => !finished)) return;

  const compared = await generations.change(view, (now) => alias.beginPass(now, state, state.pass));
  const generation = compared.generations.find((each) => alias.isSame(each, state));
  if (!generation || generation.state === 'clearing') throw new BuildFailed('Its generation no longer exists');
  if (generation.passes > state.pass) {
    const lanes = Array.from({ length: laneCount }, () => ({ finished: false }));
    await jobs.update(jobId, (now) =>
      stateOf(now).pass === state.pass ? { done: 0, state: { ...state, pass: generation.passes, lanes } } : undefined,
    );
    // Old code that still runs makes the generation miss events all the time: there is no use in hurrying then.
    await sendLanes(options, jobId, generation.passes > 1 ? againMs : 0);
    return;
  }
  if (generation.state === 'building') {
    // By then, every instance that answers queries by an older alias has read it again, and reads it each time from then on.
    const early = Date.parse(generation.since) + 2 * recentMs - clock.now();
    if (early > 0) return sendStep({ jobId }, early);
    const since = present(clock);
    const flipped = await generations.change(view, (now) => alias.flip(now, generation, since));
    // It missed an event at the last moment.
    if (!flipped.generations.some((each) => alias.isSame(each, generation) && each.state === 'live')) {
      return sendStep({ jobId });
    }
  }
  await jobs.update(jobId, ({ status, done }) =>
    status === 'running' ? { status: 'succeeded', total: done } : undefined,
  );
};

/** Sends steps for all lanes that are not finished. */
export const sendLanes = async ({ jobs, sendStep }: RebuildOptions, jobId: string, delayMs = 0): Promise<void> => {
  const job = await jobs.load(jobId);
  if (job?.status !== 'running') return;
  const { pass, lanes } = stateOf(job);
  const unfinished = lanes.flatMap(({ finished }, index) => (finished ? [] : [{ pass, index }]));
  for (const lane of unfinished) await sendStep({ jobId, lane }, delayMs);
  if (unfinished.length === 0) await sendStep({ jobId });
};
