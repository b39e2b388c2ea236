import type { Projection } from '../../projections/projection.ts';
import * as alias from '../views/alias.ts';
import { beginOperation, sendLanes, stateOf, type RebuildOptions } from './rebuild.ts';
import type { Rows } from './ports.ts';

/** A running operation of which nothing was heard for so long has lost its steps. */
const silentMs = 10_000;
/** How long the generation before is kept, and fed. */
const retentionMs = 24 * 3_600_000;
/** By then, whoever wrote by an older alias is done: half a lock of patience, and what was under way then. */
const lateWritesMs = 10 * 60_000;

type Options = RebuildOptions & { readonly newId: () => string; readonly rows: Rows };

/** Builds a further generation; what is being built already goes on. Returns the operation's id. */
export const rebuild = async (
  options: Options,
  projection: Projection,
  requestUnitsPerSecond?: number,
): Promise<string> => {
  const { generations, clock, newId } = options;
  const work = { operationId: newId(), since: new Date(clock.now()).toISOString() };
  const now = await generations.change(projection, (before) => alias.begun(before, projection.version, work));
  const building = alias.inState(now, 'building');
  if (!building) throw new Error(`Nothing is built of ${projection.name}`);
  if (building.operationId !== work.operationId && building.operationId !== undefined) return building.operationId;
  return beginOperation(options, projection, building, { otherwise: 'clearing', requestUnitsPerSecond });
};

/** Lets the generation before answer again. Undefined where there is none, or another one is being built. */
export const flipBack = async (options: Options, projection: Projection): Promise<string | undefined> => {
  const { generations, clock, newId } = options;
  const work = { operationId: newId(), since: new Date(clock.now()).toISOString() };
  const now = await generations.change(projection, (before) => alias.returning(before, work));
  const building = alias.inState(now, 'building');
  if (building?.operationId !== work.operationId) return undefined;
  return beginOperation(options, projection, building, { otherwise: 'retired' });
};

/** Starts what has to be built, goes on with what stands still, and deletes what is of no use any more. */
export const superviseViews = async (options: Options, deadline: number): Promise<void> => {
  for (const projection of options.projections) {
    await raise(options, projection);
    await goOn(options, projection);
    await clear(options, projection, deadline);
  }
};

/** Sees to it that there is a generation of this program's version, and that it has missed nothing. */
const raise = async (options: Options, projection: Projection): Promise<void> => {
  const { generations, newId, log } = options;
  const now = await generations.current(projection);
  if (alias.inState(now, 'building') || now.heldVersion === projection.version) return;
  const own = now.generations.filter(({ version, state }) => version === projection.version && state !== 'clearing');
  const live = alias.inState(now, 'live');
  if (own.length === 0) {
    log('info', `Version ${projection.version} of ${projection.name} is built`);
    await rebuild(options, projection);
  } else if (live && live.version < projection.version) {
    // It went back to older code, for which that was built again, and came forward again.
    await flipBack(options, projection);
  } else if (live?.version === projection.version && live.missed && !(await isRunning(options, live))) {
    const mended = await generations.change(projection, (before) => alias.mended(before, newId()));
    const again = mended.generations.find((each) => alias.isSame(each, live));
    if (again?.missed) await beginOperation(options, projection, again, { otherwise: 'clearing' });
  }
};

const isRunning = async ({ operations }: Options, { operationId = '' }: alias.AliasedGeneration): Promise<boolean> =>
  (await operations.load(operationId))?.status === 'running';

const goOn = async (options: Options, projection: Projection): Promise<void> => {
  const { generations, operations, clock } = options;
  const now = await generations.current(projection);
  const working = now.generations.filter(({ state }) => state === 'building' || state === 'live');
  for (const generation of working) {
    const { operationId, state } = generation;
    if (operationId === undefined) continue;
    const operation = await operations.load(operationId);
    if (!operation && state === 'building') {
      await beginOperation(options, projection, generation, { otherwise: 'clearing' });
    } else if (operation?.status === 'running') {
      if (Date.parse(operation.updatedAt) < clock.now() - silentMs) await sendLanes(options, operationId);
    } else if (operation && state === 'building') {
      const since = new Date(clock.now()).toISOString();
      const { otherwise } = stateOf(operation);
      await generations.change(projection, (before) => alias.givenUp(before, generation, otherwise, since));
    }
  }
};

const clear = async (
  { generations, rows, clock }: Options,
  projection: Projection,
  deadline: number,
): Promise<void> => {
  const since = new Date(clock.now()).toISOString();
  const before = new Date(clock.now() - retentionMs).toISOString();
  const now = await generations.change(projection, (found) => {
    // A retired one that older code answers by is what that code needs.
    const live = alias.inState(found, 'live');
    return live && live.version <= projection.version ? alias.expired(found, before, since) : undefined;
  });
  for (const generation of now.generations.filter(({ state }) => state === 'clearing')) {
    let left = true;
    while (left && clock.now() < deadline) left = (await rows.clear({ ...projection, ...generation })) > 0;
    const isOver = Date.parse(generation.since) < clock.now() - lateWritesMs;
    if (!left && isOver) await generations.change(projection, (found) => alias.without(found, generation));
  }
};
