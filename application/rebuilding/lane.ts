import type { Generation, View } from '../../eventSourcing/view.ts';
import type { ListedAggregate } from '../eventStore.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Job } from '../jobs/jobs.ts';
import * as alias from '../views/alias.ts';
import { buildAggregate } from './buildAggregate.ts';
import { createPace } from './pace.ts';
import { awayMs, stateOf, type RebuildOptions, type RebuildStep } from './rebuildJob.ts';

/** How many lanes read aggregates side by side; each has its share of the aggregates and of the budget. */
export const laneCount = 4;
/** After each slice of an aggregate a step can end, and says that it is at work. */
const unrationed = { aggregatesAtOnce: 16, sliceCommits: 500 };
/** With a budget, a step writes one row after another, and waits after each until its units are due. */
const rationed = { aggregatesAtOnce: 1, sliceCommits: 100 };
/** A step leaves the rest to the next one after this time. */
const stepMs = 45_000;

/**
 * Reads the aggregates of a lane, each to its end. A pass of all lanes misses nothing: it reads whatever was committed before it
 * began, the app feeds the generation whatever is committed later, and an aggregate that begins later comes by messages as a whole.
 */
export const runLane = async (
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
  const { meter, clock } = options;
  const { aggregatesAtOnce, sliceCommits } = requestUnitsPerSecond === undefined ? unrationed : rationed;
  const hasTime = () => clock.now() < deadline;
  let [events, isDone] = [0, true];
  await meter.measure(async (cost) => {
    const ofLane = (requestUnitsPerSecond ?? Infinity) / laneCount;
    const pace = createPace(options, jobId, cost, ofLane, deadline);
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
