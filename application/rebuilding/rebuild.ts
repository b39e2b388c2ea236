import { z } from 'zod';
import type { Generation, View } from '../../eventSourcing/view.ts';
import * as alias from '../views/alias.ts';
import { buildAggregate, BuildFailed } from './buildAggregate.ts';
import { forEachOf } from '../forEachOf.ts';
import { recentMs, type Generations } from '../views/generations.ts';
import type { Meter } from '../meter.ts';
import { endJob, type Job, type Jobs } from '../jobs/jobs.ts';
import type { History } from '../history.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { present, type Clock } from '../clock.ts';
import type { EventStore, ListedAggregate } from '../eventStore.ts';
import type { Log } from '../log.ts';
import type { Projector } from '../views/projector.ts';

/** How many lanes read aggregates side by side; each has its share of the aggregates and of the budget. */
const laneCount = 4;
/** After each slice of an aggregate a step can end, and says that it is at work. */
const unrationed = { aggregatesAtOnce: 16, sliceCommits: 500 };
/** With a budget, a step writes one row after another, and waits after each until its units are due. */
const rationed = { aggregatesAtOnce: 1, sliceCommits: 100 };
/** A step leaves the rest to the next one after this time. */
const stepMs = 45_000;
/** How much longer a step may wait until the units that it spent are due. */
const overtimeMs = 45_000;
/** How often a step says that it is at work. */
const beatMs = 3_000;
const awayMs = 5_000;
/** Less than the silence after which others take a step for lost. */
const againMs = 5_000;
const unknownMs = 3_600_000;

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
const giveUp = async ({ generations, clock }: RebuildOptions, view: View, { jobId, state }: Job): Promise<boolean> => {
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

/**
 * Reads the aggregates of a lane, each to its end. A pass of all lanes misses nothing: it reads whatever was committed before it
 * began, the app feeds the generation whatever is committed later, and an aggregate that begins later comes by messages as a whole.
 */
const runLane = async (
  options: RebuildOptions,
  view: View,
  job: Job,
  { pass, index }: NonNullable<RebuildStep['lane']>,
): Promise<void> => {
  const { eventStore, generations, jobs, sendStep, clock } = options;
  const { jobId } = job;
  const generation = alias.generationIn(view, stateOf(job));
  // Only a program with the code of its version can build it.
  if (!generation) return sendStep({ jobId, lane: { pass, index } }, awayMs);
  const live = alias.answering(view, await generations.current(view));
  const deadline = clock.now() + stepMs;

  for (let current = job; clock.now() < deadline;) {
    const { requestUnitsPerSecond, ...state } = stateOf(current);
    const lane = state.lanes[index];
    if (current.status !== 'running' || state.pass !== pass || !lane || lane.finished) return;
    const { aggregates, continuation } = await eventStore.listAggregates(lane.continuation);
    const own = aggregates.filter(
      ({ aggregate, aggregateId }) => view.follows.includes(aggregate) && laneOf(aggregateId) === index,
    );
    const events = await buildAggregates(options, jobId, generation, live, own, deadline, requestUnitsPerSecond);
    if (events === undefined) break;

    const finished = continuation === undefined;
    let isAhead = true as boolean;
    const changed = await jobs.update(jobId, (now) => {
      const before = stateOf(now);
      // Where the same step came twice, the other one may be ahead.
      isAhead = before.pass === pass && before.lanes[index]?.continuation === lane.continuation;
      if (!isAhead) return undefined;
      const lanes = before.lanes.with(index, { continuation, finished });
      const done = now.done + events;
      return { done, total: Math.max(now.total, done), state: { ...before, lanes } };
    });
    if (!changed || !isAhead) return;
    current = changed;
    const { lanes } = stateOf(current);
    if (lanes.every((each) => each.finished)) return sendStep({ jobId });
    // The next step cancels the job.
    if (current.cancelRequested) break;
  }
  await sendStep({ jobId, lane: { pass, index } });
};

/** Returns how many events the aggregates have; undefined when there was no time for all of them. */
const buildAggregates = async (
  options: RebuildOptions,
  jobId: string,
  generation: Generation,
  live: Generation | undefined,
  aggregates: readonly ListedAggregate[],
  deadline: number,
  requestUnitsPerSecond: number | undefined,
): Promise<number | undefined> => {
  const { jobs, meter, clock, wait } = options;
  const { aggregatesAtOnce, sliceCommits } = requestUnitsPerSecond === undefined ? unrationed : rationed;
  const hasTime = () => clock.now() < deadline;
  let [events, isDone, beat] = [0, true, clock.now()];
  await meter.measure(async (cost) => {
    const begun = clock.now();
    /** Waits until the units spent are due; says meanwhile that it is at work, or others would take the step for lost. */
    const pace = async () => {
      const dueMs = (cost.units / ((requestUnitsPerSecond ?? Infinity) / laneCount)) * 1_000;
      const until = Math.min(begun + dueMs, deadline + overtimeMs);
      for (;;) {
        if (clock.now() >= beat + beatMs) {
          beat = clock.now();
          await jobs.update(jobId, () => ({}));
        }
        if (clock.now() >= until) return;
        await wait(Math.min(beatMs, until - clock.now()));
      }
    };
    const goOn = async () => {
      await pace();
      return hasTime();
    };
    await forEachOf(aggregates, aggregatesAtOnce, async ({ aggregateId }) => {
      const built = hasTime()
        ? await buildAggregate(options, generation, live, aggregateId, { sliceCommits, goOn })
        : undefined;
      if (built === undefined) {
        isDone = false;
      } else {
        events += built;
        await pace();
      }
    });
  });
  return isDone ? events : undefined;
};

/** FNV-1a: spreads ids of any kind evenly, and the same everywhere. */
const laneOf = (aggregateId: string): number => {
  let hash = 0x811c9dc5;
  for (const character of aggregateId) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return (hash >>> 8) % laneCount;
};
