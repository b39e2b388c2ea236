import type { Projection } from '../../projections/projection.ts';

/**
 * A set of rows, and what it is for. `building`: it is being filled. `live`: it answers. `retired`: it answered before,
 * and is fed on, so that it can again. `clearing`: it is fed no more, and its rows are deleted.
 */
export type AliasedGeneration = {
  readonly version: number;
  readonly build: number;
  readonly state: 'building' | 'live' | 'retired' | 'clearing';
  /** When it came to be in this state. */
  readonly since: string;
  /** An event may have passed it by: before it goes live, every head has to be compared with it once more. */
  readonly missed: boolean;
  /** How often all heads have begun to be compared with it. */
  readonly passes: number;
  /** That which builds it, or built it. */
  readonly operationId?: string | undefined;
};
export type GenerationId = Pick<AliasedGeneration, 'version' | 'build'>;

/** Which sets of rows a projection has; one item that all instances share. */
export type Alias = {
  readonly projection: string;
  /** How many were ever built: each build has a number of its own. */
  readonly builds: number;
  readonly generations: readonly AliasedGeneration[];
  /** A version that could not be built, or that was flipped back from: it is built again only when somebody asks for it. */
  readonly heldVersion?: number | undefined;
};

export const isSame = (one: GenerationId, other: GenerationId): boolean =>
  one.version === other.version && one.build === other.build;

export const inState = (alias: Alias, state: AliasedGeneration['state']): AliasedGeneration | undefined =>
  alias.generations.find((generation) => generation.state === state);

/** The projection as code and build together; undefined where this program has no such version. */
export const generationIn = (projection: Projection, { version, build }: GenerationId): Projection | undefined => {
  if (projection.version === version) return { ...projection, build };
  return projection.former && generationIn(projection.former, { version, build });
};

/**
 * The generation that a query reads: the live one, or, in a program that has no code for that, the newest retired one
 * that it can read. Undefined where there is none yet.
 */
export const answering = (projection: Projection, alias: Alias): Projection | undefined => {
  const retired = alias.generations.filter(({ state, missed }) => state === 'retired' && !missed);
  const candidates = [inState(alias, 'live'), ...retired.toSorted((a, b) => b.build - a.build)];
  return candidates.map((id) => id && generationIn(projection, id)).find((found) => found !== undefined);
};

const writeOrder = ['building', 'retired', 'live'] as const;

/**
 * The generations that an event is written to, in this order: the live one last, so that any other one has whatever the
 * live one shows. `unknown` are those that this program has no code for.
 */
export const fedBy = (projection: Projection, alias: Alias) => {
  const all = writeOrder.flatMap((state) => alias.generations.filter((generation) => generation.state === state));
  const known = all.flatMap((id) => {
    const generation = generationIn(projection, id);
    return generation ? [{ generation, id }] : [];
  });
  return { fed: known, unknown: all.filter((id) => !generationIn(projection, id)) };
};

const withState = (
  alias: Alias,
  ids: readonly GenerationId[],
  change: Partial<AliasedGeneration>,
): readonly AliasedGeneration[] =>
  alias.generations.map((each) => (ids.some((id) => isSame(id, each)) ? { ...each, ...change } : each));

/** Undefined where that is known already. */
export const missedBy = (alias: Alias, ids: readonly GenerationId[]): Alias | undefined => {
  const fresh = alias.generations.filter((each) => !each.missed && ids.some((id) => isSame(id, each)));
  return fresh.length === 0 ? undefined : { ...alias, generations: withState(alias, fresh, { missed: true }) };
};

/** Before the heads are compared for the next time: what is missed from now on is missed anew. Undefined: not needed. */
export const comparedAfter = (alias: Alias, id: GenerationId, passes: number): Alias | undefined => {
  const found = alias.generations.find((each) => isSame(each, id));
  if (!found?.missed || found.passes !== passes) return undefined;
  return { ...alias, generations: withState(alias, [id], { missed: false, passes: passes + 1 }) };
};

type Work = { readonly operationId: string; readonly since: string };

/** A further generation is on its way to being live. One at a time: undefined where one is already. */
export const begun = (alias: Alias, version: number, { operationId, since }: Work): Alias | undefined => {
  if (inState(alias, 'building')) return undefined;
  const build = alias.builds + 1;
  const generation = { version, build, state: 'building', since, missed: true, passes: 0, operationId } as const;
  return { ...alias, builds: build, generations: [...alias.generations, generation], heldVersion: undefined };
};

/** The retired generation is on its way to being live once more. Undefined where there is none, or another one is. */
export const returning = (alias: Alias, { operationId, since }: Work): Alias | undefined => {
  const [retired, live] = [inState(alias, 'retired'), inState(alias, 'live')];
  if (!retired || inState(alias, 'building')) return undefined;
  return {
    ...alias,
    generations: withState(alias, [retired], { state: 'building', since, operationId }),
    heldVersion: live?.version === retired.version ? undefined : live?.version,
  };
};

/** The live generation, which events passed by, is compared again. */
export const mended = (alias: Alias, operationId: string): Alias | undefined => {
  const live = inState(alias, 'live');
  return live?.missed ? { ...alias, generations: withState(alias, [live], { operationId }) } : undefined;
};

/**
 * It answers from now on. What answered is retired, what was retired is cleared. Undefined where it cannot: an event
 * passed it by, or it is not on its way any more.
 */
export const flipped = (alias: Alias, id: GenerationId, since: string): Alias | undefined => {
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

/** It will not go live: its rows go, or it stays retired if it was. */
export const givenUp = (alias: Alias, id: GenerationId, state: 'clearing' | 'retired', since: string): Alias => ({
  ...alias,
  generations: alias.generations.map((each) =>
    isSame(id, each) && each.state === 'building' ? { ...each, state, since } : each,
  ),
  ...(state === 'clearing' && { heldVersion: id.version }),
});

/** Retired generations that have been kept long enough are cleared. Undefined where there is none. */
export const expired = (alias: Alias, before: string, since: string): Alias | undefined => {
  const old = alias.generations.filter((each) => each.state === 'retired' && each.since < before);
  return old.length === 0 ? undefined : { ...alias, generations: withState(alias, old, { state: 'clearing', since }) };
};

export const without = (alias: Alias, id: GenerationId): Alias => ({
  ...alias,
  generations: alias.generations.filter((each) => !isSame(each, id)),
});
