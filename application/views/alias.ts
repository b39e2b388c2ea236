import type { Generation, View } from '../../eventSourcing/view.ts';

/**
 * One build of a view in the alias. `building`: the app fills it. `live`: it answers queries. `retired`: it answered before, and
 * the app still feeds it, so that it can answer again. `clearing`: the app no longer feeds it and deletes its rows.
 */
export type AliasedGeneration = {
  readonly version: number;
  readonly build: number;
  readonly state: 'building' | 'live' | 'retired' | 'clearing';
  /** When it came to be in this state. */
  readonly since: string;
  /** Whether it may have missed an event: before it goes live, the job reads all aggregates once more. */
  readonly missed: boolean;
  /** How often the job has begun to read all aggregates for it. */
  readonly passes: number;
  /** The job that builds it, or built it. */
  readonly jobId?: string | undefined;
};
export type BuildId = Pick<AliasedGeneration, 'version' | 'build'>;

/** Which generations a view has; one item that all instances share. */
export type Alias = {
  readonly view: string;
  /** The subscription that brings its events. */
  readonly subscription: string;
  /** How many builds there ever were: each build has a number of its own. */
  readonly builds: number;
  readonly generations: readonly AliasedGeneration[];
  /** A version whose build failed, or from which an operator flipped back: the app builds it again only when somebody asks. */
  readonly heldVersion?: number | undefined;
  /** Its store takes no writes: the app completes batches without it, and the reconciler brings it in what it missed. */
  readonly stalled?: Stalled | undefined;
};
export type Stalled = { readonly since: string; readonly reason: string };

/** The alias of a view among those of all views. */
export const aliasOf = ({ name }: Pick<View, 'name'>, all: readonly Alias[]): Alias => {
  const found = all.find(({ view }) => view === name);
  if (!found) throw new Error(`The alias of ${name} is there and is not there`);
  return found;
};

export const isSame = (one: BuildId, other: BuildId): boolean =>
  one.version === other.version && one.build === other.build;

export const inState = (alias: Alias, state: AliasedGeneration['state']): AliasedGeneration | undefined =>
  alias.generations.find((generation) => generation.state === state);

/** The view's code for a build; undefined where this program has no code of that version. */
export const generationIn = (view: View, { version, build }: BuildId): Generation | undefined => {
  if (view.version === version) return { ...view, build };
  return view.former && generationIn(view.former, { version, build });
};

/**
 * The generation that a query reads: the live one, or, in a program that has no code for that, the newest retired one
 * that it can read. Undefined where there is none yet.
 */
export const answering = (view: View, alias: Alias): Generation | undefined => {
  const retired = alias.generations.filter(({ state, missed }) => state === 'retired' && !missed);
  const candidates = [inState(alias, 'live'), ...retired.toSorted((a, b) => b.build - a.build)];
  return candidates.map((id) => id && generationIn(view, id)).find((found) => found !== undefined);
};

const writeOrder = ['building', 'retired', 'live'] as const;

/**
 * The generations to which the app writes an event, in this order: the live one last, so that every other one has whatever the
 * live one shows. `unknown` are those for which this program has no code.
 */
export const fedBy = (view: View, alias: Alias) => {
  const all = writeOrder.flatMap((state) => alias.generations.filter((generation) => generation.state === state));
  const known = all.flatMap((id) => {
    const generation = generationIn(view, id);
    return generation ? [{ generation, id }] : [];
  });
  return { fed: known, unknown: all.filter((id) => !generationIn(view, id)) };
};

const withState = (
  alias: Alias,
  ids: readonly BuildId[],
  change: Partial<AliasedGeneration>,
): readonly AliasedGeneration[] =>
  alias.generations.map((each) => (ids.some((id) => isSame(id, each)) ? { ...each, ...change } : each));

/** Notes that generations miss an event. Undefined where the alias says so already. */
export const markMissed = (alias: Alias, ids: readonly BuildId[]): Alias | undefined => {
  const fresh = alias.generations.filter((each) => !each.missed && ids.some((id) => isSame(id, each)));
  return fresh.length === 0 ? undefined : { ...alias, generations: withState(alias, fresh, { missed: true }) };
};

/** Sets a view aside. Undefined where somebody else has. */
export const stall = (alias: Alias, stalled: Stalled): Alias | undefined =>
  alias.stalled ? undefined : { ...alias, stalled };

/** Takes a view up again. */
export const resume = (alias: Alias): Alias | undefined =>
  alias.stalled ? { ...alias, stalled: undefined } : undefined;

/** Every generation that the app feeds. */
export const allFed = ({ generations }: Alias): readonly AliasedGeneration[] =>
  generations.filter(({ state }) => state !== 'clearing');

/**
 * Begins a further pass over all aggregates, for a generation that missed events: from now on, a missed event is missed anew.
 * Undefined where no pass is needed, or another one has begun.
 */
export const beginPass = (alias: Alias, id: BuildId, passes: number): Alias | undefined => {
  const found = alias.generations.find((each) => isSame(each, id));
  if (!found?.missed || found.passes !== passes) return undefined;
  return { ...alias, generations: withState(alias, [id], { missed: false, passes: passes + 1 }) };
};

type Work = { readonly jobId: string; readonly since: string };

/** Begins a further generation. Undefined where another one is being built already: one at a time. */
export const begin = (alias: Alias, version: number, { jobId, since }: Work): Alias | undefined => {
  if (inState(alias, 'building')) return undefined;
  const build = alias.builds + 1;
  const generation = { version, build, state: 'building', since, missed: true, passes: 0, jobId } as const;
  return { ...alias, builds: build, generations: [...alias.generations, generation], heldVersion: undefined };
};

/** Sends the retired generation on its way to being live again. Undefined where there is none, or another one is being built. */
export const flipBack = (alias: Alias, { jobId, since }: Work): Alias | undefined => {
  const [retired, live] = [inState(alias, 'retired'), inState(alias, 'live')];
  if (!retired || inState(alias, 'building')) return undefined;
  return {
    ...alias,
    generations: withState(alias, [retired], { state: 'building', since, jobId }),
    heldVersion: live?.version === retired.version ? undefined : live?.version,
  };
};

/** Names the job that compares the live generation again, where that missed events; else undefined. */
export const mend = (alias: Alias, jobId: string): Alias | undefined => {
  const live = inState(alias, 'live');
  return live?.missed ? { ...alias, generations: withState(alias, [live], { jobId }) } : undefined;
};

/**
 * Makes a built generation live, retires the live one, and clears the retired one. Undefined where it cannot go live: it
 * missed an event, or it is no longer being built.
 */
export const flip = (alias: Alias, id: BuildId, since: string): Alias | undefined => {
  const found = alias.generations.find((each) => isSame(each, id));
  if (found?.state !== 'building' || found.missed) return undefined;
  return {
    ...alias,
    generations: alias.generations.map((each) => {
      if (each === found) return { ...each, state: 'live', since };
      if (each.state === 'live') return { ...each, state: 'retired', since };
      return each.state === 'retired' ? { ...each, state: 'clearing', since } : each;
    }),
  };
};

/** Keeps a generation from going live: the app clears its rows, or retires it again if it was retired before. */
export const giveUp = (alias: Alias, id: BuildId, state: 'clearing' | 'retired', since: string): Alias => ({
  ...alias,
  generations: alias.generations.map((each) =>
    isSame(id, each) && each.state === 'building' ? { ...each, state, since } : each,
  ),
  ...(state === 'clearing' && { heldVersion: id.version }),
});

/** Clears retired generations that the app has kept long enough. Undefined where there is none. */
export const expire = (alias: Alias, before: string, since: string): Alias | undefined => {
  const old = alias.generations.filter((each) => each.state === 'retired' && each.since < before);
  return old.length === 0 ? undefined : { ...alias, generations: withState(alias, old, { state: 'clearing', since }) };
};

export const remove = (alias: Alias, id: BuildId): Alias => ({
  ...alias,
  generations: alias.generations.filter((each) => !isSame(each, id)),
});
