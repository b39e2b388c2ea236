import type { View } from '../../eventSourcing/view.ts';
import { instantOf, present } from '../clock.ts';
import * as alias from '../views/alias.ts';
import { sendLanes } from './rebuild.ts';
import { beginJob, stateOf, type RebuildOptions } from './rebuildJob.ts';
import type { Rows } from '../views/ports.ts';

/** A running job that has been silent for this time has lost its steps. */
const silentMs = 10_000;
/** How long the app keeps and feeds the generation before. */
const retentionMs = 24 * 3_600_000;
/**
 * By then, every instance that writes by an older alias is done: its patience is half a lock, and a write may be under way at its end.
 */
const lateWritesMs = 10 * 60_000;

type Options = RebuildOptions & { readonly newId: () => string; readonly rows: Pick<Rows, 'clear'> };

/** Builds a further generation, unless one is being built already. Returns the id of the job that builds. */
export const rebuild = async (options: Options, view: View, requestUnitsPerSecond?: number): Promise<string> => {
  const { generations, clock, newId } = options;
  const work = { jobId: newId(), since: present(clock) };
  const now = await generations.change(view, (before) => alias.begin(before, view.version, work));
  const building = alias.inState(now, 'building');
  if (!building) throw new Error(`Nothing is built of ${view.name}`);
  if (building.jobId !== work.jobId && building.jobId !== undefined) return building.jobId;
  return beginJob(options, view, building, { otherwise: 'clearing', requestUnitsPerSecond });
};

/** Lets the generation before answer again. Undefined where there is none, or another one is being built. */
export const flipBack = async (options: Options, view: View): Promise<string | undefined> => {
  const { generations, clock, newId } = options;
  const work = { jobId: newId(), since: present(clock) };
  const now = await generations.change(view, (before) => alias.flipBack(before, work));
  const building = alias.inState(now, 'building');
  if (building?.jobId !== work.jobId) return undefined;
  return beginJob(options, view, building, { otherwise: 'retired' });
};

/** Begins the builds that are needed, revives jobs that stand still, and deletes generations that nobody needs any more. */
export const superviseViews = async (options: Options, deadline: number): Promise<void> => {
  const { generations, views } = options;
  const aliases = await generations.all(views);
  const known = views.map((view) => [view, alias.aliasOf(view, aliases)] as const);
  for (const [view, now] of known) {
    await raise(options, view, now);
    await goOn(options, view, now);
  }
  // Last, since it takes time, after which the aliases may be others.
  for (const [view, now] of known) await clear(options, view, now, deadline);
};

/** Makes sure that there is a generation of this program's version, and that it has missed nothing. */
const raise = async (options: Options, view: View, now: alias.Alias): Promise<void> => {
  const { generations, newId, log } = options;
  if (alias.inState(now, 'building') || now.heldVersion === view.version) return;
  const own = now.generations.filter(({ version, state }) => version === view.version && state !== 'clearing');
  const live = alias.inState(now, 'live');
  if (own.length === 0) {
    log('info', `Building version ${view.version} of ${view.name}`);
    await rebuild(options, view);
  } else if (live && live.version < view.version) {
    // A deployment went back to older code, which built its version again, and then came forward again.
    await flipBack(options, view);
  } else if (live?.version === view.version && live.missed && !(await isRunning(options, live))) {
    const mended = await generations.change(view, (before) => alias.mend(before, newId()));
    const again = mended.generations.find((each) => alias.isSame(each, live));
    if (again?.missed) await beginJob(options, view, again, { otherwise: 'clearing' });
  }
};

/** The first generation of a bank without history has no job. */
const isRunning = async ({ jobs }: Options, { jobId }: alias.AliasedGeneration): Promise<boolean> =>
  jobId !== undefined && (await jobs.load(jobId))?.status === 'running';

const goOn = async (options: Options, view: View, now: alias.Alias): Promise<void> => {
  const { generations, jobs, clock } = options;
  const working = now.generations.filter(({ state }) => state === 'building' || state === 'live');
  for (const generation of working) {
    const { jobId, state } = generation;
    if (jobId === undefined) continue;
    const job = await jobs.load(jobId);
    if (!job && state === 'building') {
      await beginJob(options, view, generation, { otherwise: 'clearing' });
    } else if (job?.status === 'running') {
      if (Date.parse(job.updatedAt) < clock.now() - silentMs) await sendLanes(options, jobId);
    } else if (job && state === 'building') {
      const since = present(clock);
      const { otherwise } = stateOf(job);
      await generations.change(view, (before) => alias.giveUp(before, generation, otherwise, since));
    }
  }
};

const clear = async (
  { generations, rows, clock }: Options,
  view: View,
  known: alias.Alias,
  deadline: number,
): Promise<void> => {
  const since = present(clock);
  const before = instantOf(clock.now() - retentionMs);
  const expired = (found: alias.Alias) => {
    // Older code that answers by a retired generation still needs it.
    const live = alias.inState(found, 'live');
    return live && live.version <= view.version ? alias.expire(found, before, since) : undefined;
  };
  const now = expired(known) ? await generations.change(view, expired) : known;
  for (const generation of now.generations.filter(({ state }) => state === 'clearing')) {
    let left = true;
    while (left && clock.now() < deadline) left = (await rows.clear({ ...generation, name: view.name })) > 0;
    const isOver = Date.parse(generation.since) < clock.now() - lateWritesMs;
    if (!left && isOver) await generations.change(view, (found) => alias.remove(found, generation));
  }
};
