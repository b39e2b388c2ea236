import { z } from 'zod';
import type { Projection } from '../../projections/projection.ts';
import * as alias from '../views/alias.ts';
import { buildAggregate, BuildFailed } from './buildAggregate.ts';
import { forEachOf } from '../forEachOf.ts';
import { recentMs, type Generations } from '../views/generations.ts';
import type { Meter } from '../meter.ts';
import { endOperation, type Operation, type Operations } from '../jobs/operations.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { Clock } from '../clock.ts';
import type { EventStore, ListedHead } from '../eventStore.ts';
import type { Log } from '../log.ts';
import type { Projector } from '../views/projector.ts';

/** Heads are compared in so many lanes side by side, each with every so-manieth of them, and its share of the budget. */
const laneCount = 4;
/** Between two slices of an aggregate a step can end, and says that it is at work. */
const unrationed = { aggregatesAtOnce: 16, sliceEvents: 1_000 };
/** Where units are rationed, little is spent before its time is waited for: one write after another. */
const rationed = { aggregatesAtOnce: 1, sliceEvents: 100 };
/** A step that has worked for so long leaves the rest to the next. */
const stepMs = 45_000;
/** How much longer a step may take to wait for what it has spent. */
const overtimeMs = 45_000;
/** How often a step says that it is at work. */
const beatMs = 3_000;
const awayMs = 5_000;
/** Less than what is taken for silence. */
const againMs = 5_000;
const unknownMs = 3_600_000;

const rebuildState = z.object({
  version: z.int(),
  build: z.int(),
  /** What the generation is if it does not come to be live. */
  otherwise: z.enum(['clearing', 'retired']),
  requestUnitsPerSecond: z.number().optional(),
  /** The pass over all heads that is under way, or is over. */
  pass: z.int(),
  lanes: z.array(z.object({ continuation: z.string().optional(), finished: z.boolean() })),
});
type RebuildState = z.infer<typeof rebuildState>;

export const rebuildStep = z.strictObject({
  operationId: z.string(),
  /** Which lane of which pass to work on; without it, what follows when all are finished. */
  lane: z.strictObject({ pass: z.int(), index: z.int().min(0) }).optional(),
});
export type RebuildStep = z.infer<typeof rebuildStep>;

export type RebuildOptions = {
  readonly eventStore: EventStore;
  readonly projector: Projector;
  readonly generations: Generations;
  readonly operations: Operations;
  readonly projections: readonly Projection[];
  /** Steps come at least once, in any order. */
  readonly sendStep: (step: RebuildStep, delayMs?: number) => Promise<void>;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
};

export const stateOf = ({ state }: Operation): RebuildState => rebuildState.parse(state);

/** Records the operation of a generation that the alias says is being worked on, and sets it going. */
export const beginOperation = async (
  { eventStore, operations, sendStep }: RebuildOptions,
  projection: Projection,
  { version, build, operationId }: alias.AliasedGeneration,
  { otherwise, requestUnitsPerSecond }: Pick<RebuildState, 'otherwise' | 'requestUnitsPerSecond'>,
): Promise<string> => {
  if (operationId === undefined) throw new Error(`Nothing is built of ${projection.name}`);
  const state: RebuildState = { version, build, otherwise, requestUnitsPerSecond, pass: 0, lanes: [] };
  const total = await eventStore.countEvents(projection.aggregates);
  await operations.begin({
    operationId,
    kind: 'rebuild',
    subject: projection.name,
    status: 'running',
    done: 0,
    total,
    state,
  });
  await sendStep({ operationId });
  return operationId;
};

/** Gives an operation up: what it built does not go live. */
export const failRebuild = async (options: RebuildOptions, operationId: string, reason: string): Promise<void> => {
  const { operations, projections } = options;
  const operation = await operations.load(operationId);
  const projection = projections.find(({ name }) => name === operation?.subject);
  if (operation?.status !== 'running' || !projection) return;
  await giveUp(options, projection, operation);
  await endOperation(operations, operationId, { status: 'failed', reason });
};

/** Keeps what is being built from going live; false where it answers already. */
const giveUp = async (
  { generations, clock }: RebuildOptions,
  projection: Projection,
  { operationId, state }: Operation,
): Promise<boolean> => {
  // Even where what has failed is that nobody can read its state.
  const { otherwise = 'clearing' } = rebuildState.safeParse(state).data ?? {};
  const since = new Date(clock.now()).toISOString();
  const isIts = (each: alias.AliasedGeneration) => each.operationId === operationId;
  const now = await generations.change(projection, (before) => {
    const generation = before.generations.find(isIts);
    return generation && alias.givenUp(before, generation, otherwise, since);
  });
  return now.generations.find(isIts)?.state !== 'live';
};

/**
 * One step of a rebuild, of bounded length; a step that comes twice, or late, does no harm. While a service is away the step
 * waits for its return; any other failure is thrown, and what failed often enough is for `failRebuild`.
 */
export const runStep = async (options: RebuildOptions, step: RebuildStep): Promise<void> => {
  const { operations, projections, sendStep, clock, log } = options;
  try {
    const operation = await operations.load(step.operationId);
    if (operation?.status !== 'running') return;
    const projection = projections.find(({ name }) => name === operation.subject);
    if (!projection) {
      // Another version of the program has it, for a while at least.
      if (Date.parse(operation.updatedAt) > clock.now() - unknownMs) await sendStep(step, awayMs);
      return;
    }
    if (operation.cancelRequested && (await giveUp(options, projection, operation))) {
      await endOperation(operations, operation.operationId, { status: 'cancelled' });
      return;
    }
    if (step.lane) await runLane(options, projection, operation, step.lane);
    else await conclude(options, projection, operation);
  } catch (error) {
    if (error instanceof ServiceUnavailable) {
      log('warn', `A step of a rebuild waits: ${error.message}`);
      await sendStep(step, awayMs);
    } else if (error instanceof BuildFailed) {
      log('error', `A rebuild is given up: ${error.message}`);
      await failRebuild(options, step.operationId, error.message);
    } else {
      throw error;
    }
  }
};

/** Once nothing is being compared: compares (again) if events passed the generation by, and else lets it answer. */
const conclude = async (options: RebuildOptions, projection: Projection, operation: Operation): Promise<void> => {
  const { generations, operations, sendStep, clock } = options;
  const { operationId } = operation;
  const state = stateOf(operation);
  if (state.lanes.some(({ finished }) => !finished)) return;

  const compared = await generations.change(projection, (now) => alias.comparedAfter(now, state, state.pass));
  const generation = compared.generations.find((each) => alias.isSame(each, state));
  if (!generation || generation.state === 'clearing') throw new BuildFailed('Its generation is there no more');
  if (generation.passes > state.pass) {
    const lanes = Array.from({ length: laneCount }, () => ({ finished: false }));
    await operations.update(operationId, (now) =>
      stateOf(now).pass === state.pass ? { done: 0, state: { ...state, pass: generation.passes, lanes } } : undefined,
    );
    // Old code that still runs makes events pass by all the time: no use in hurrying then.
    await sendLanes(options, operationId, generation.passes > 1 ? againMs : 0);
    return;
  }
  if (generation.state === 'building') {
    // Whoever answers queries by an older alias looks at it again by then, and from then on each time.
    const early = Date.parse(generation.since) + 2 * recentMs - clock.now();
    if (early > 0) return sendStep({ operationId }, early);
    const since = new Date(clock.now()).toISOString();
    const flipped = await generations.change(projection, (now) => alias.flipped(now, generation, since));
    // An event passed it by at the last moment.
    if (!flipped.generations.some((each) => alias.isSame(each, generation) && each.state === 'live')) {
      return sendStep({ operationId });
    }
  }
  await operations.update(operationId, ({ status, done }) =>
    status === 'running' ? { status: 'succeeded', total: done } : undefined,
  );
};

/** Steps for all lanes that are not finished. */
export const sendLanes = async (
  { operations, sendStep }: RebuildOptions,
  operationId: string,
  delayMs = 0,
): Promise<void> => {
  const operation = await operations.load(operationId);
  if (operation?.status !== 'running') return;
  const { pass, lanes } = stateOf(operation);
  const unfinished = lanes.flatMap(({ finished }, index) => (finished ? [] : [{ pass, index }]));
  for (const lane of unfinished) await sendStep({ operationId, lane }, delayMs);
  if (unfinished.length === 0) await sendStep({ operationId });
};

const runLane = async (
  options: RebuildOptions,
  projection: Projection,
  operation: Operation,
  { pass, index }: NonNullable<RebuildStep['lane']>,
): Promise<void> => {
  const { eventStore, generations, operations, sendStep, clock } = options;
  const { operationId } = operation;
  const generation = alias.generationIn(projection, stateOf(operation));
  // Only a program that has its code can build it.
  if (!generation) return sendStep({ operationId, lane: { pass, index } }, awayMs);
  const live = alias.answering(projection, await generations.current(projection));
  const deadline = clock.now() + stepMs;

  for (let current = operation; clock.now() < deadline;) {
    const { requestUnitsPerSecond, ...state } = stateOf(current);
    const lane = state.lanes[index];
    if (current.status !== 'running' || state.pass !== pass || !lane || lane.finished) return;
    const page = await eventStore.listHeads({}, lane.continuation);
    const heads = page.heads.filter(
      ({ aggregate, aggregateId }) => projection.aggregates.includes(aggregate) && laneOf(aggregateId) === index,
    );
    const isDone = await buildHeads(options, operationId, generation, live, heads, deadline, requestUnitsPerSecond);
    if (!isDone) break;

    const finished = page.continuation === undefined;
    let isAhead = true as boolean;
    const changed = await operations.update(operationId, (now) => {
      const own = stateOf(now);
      // The same step came twice, and the other one is ahead.
      isAhead = own.pass === pass && own.lanes[index]?.continuation === lane.continuation;
      if (!isAhead) return undefined;
      const lanes = own.lanes.with(index, { continuation: page.continuation, finished });
      const events = heads.reduce((sum, { version }) => sum + version, 0);
      return { done: now.done + events, total: Math.max(now.total, now.done + events), state: { ...own, lanes } };
    });
    if (!changed || !isAhead) return;
    current = changed;
    const { lanes } = stateOf(current);
    if (lanes.every((each) => each.finished)) return sendStep({ operationId });
    // The next step sees to it.
    if (current.cancelRequested) break;
  }
  await sendStep({ operationId, lane: { pass, index } });
};

/** False when there was no time for all. */
const buildHeads = async (
  options: RebuildOptions,
  operationId: string,
  generation: Projection,
  live: Projection | undefined,
  heads: readonly ListedHead[],
  deadline: number,
  requestUnitsPerSecond: number | undefined,
): Promise<boolean> => {
  const { operations, meter, clock, wait } = options;
  const { aggregatesAtOnce, sliceEvents } = requestUnitsPerSecond === undefined ? unrationed : rationed;
  const hasTime = () => clock.now() < deadline;
  let [isDone, beat] = [true, clock.now()];
  await meter.measure(async (cost) => {
    const begun = clock.now();
    /** Waits until what was spent is due; never in silence, or others would take the step for lost. */
    const pace = async () => {
      const dueMs = (cost.units / ((requestUnitsPerSecond ?? Infinity) / laneCount)) * 1_000;
      const until = Math.min(begun + dueMs, deadline + overtimeMs);
      for (;;) {
        if (clock.now() >= beat + beatMs) {
          beat = clock.now();
          await operations.update(operationId, () => ({}));
        }
        if (clock.now() >= until) return;
        await wait(Math.min(beatMs, until - clock.now()));
      }
    };
    const goOn = async () => {
      await pace();
      return hasTime();
    };
    await forEachOf(heads, aggregatesAtOnce, async (head) => {
      if (hasTime() && (await buildAggregate(options, generation, live, head, { sliceEvents, goOn }))) await pace();
      else isDone = false;
    });
  });
  return isDone;
};

/** FNV-1a: spreads ids of any kind evenly, and the same everywhere. */
const laneOf = (aggregateId: string): number => {
  let hash = 0x811c9dc5;
  for (const character of aggregateId) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return (hash >>> 8) % laneCount;
};
