import { generationName, type GenerationId } from '../../eventSourcing/view.ts';
import type { Group, Sums } from '../../eventSourcing/viewRoute.ts';
import { boundedCache } from '../boundedCache.ts';
import type { Clock } from '../clock.ts';
import type { Searches } from './ports.ts';

const maximumSlices = 5_000;
/** An entry that reaches a closed slice late, such as that of a parked message that an operator sends again, shows by then. */
const cachedMs = 10 * 60_000;

export type SlicedSums = {
  /**
   * The groups of these slices, which come in text order, by one query at most. Closed slices may be ten minutes old: `ageMs`
   * is the age of the oldest, 0 if all were queried just now.
   */
  read(
    generation: GenerationId,
    sums: Sums,
    slices: readonly string[],
  ): Promise<{ readonly groups: readonly Group[]; readonly ageMs: number }>;
};

export const createSlicedSums = (searches: Pick<Searches, 'sums'>, clock: Clock): SlicedSums => {
  const cache = boundedCache<{ readonly groups: readonly Group[]; readonly askedAt: number }>(maximumSlices);

  return {
    async read(generation, { slice, by, sum, isClosed }, slices) {
      const now = clock.now();
      const nameOf = (each: string) => JSON.stringify([generationName(generation), slice, by, sum, each]);
      const known = new Map<string, readonly Group[]>();
      let oldest = now;
      for (const each of slices) {
        const cached = cache.get(nameOf(each));
        if (!cached || cached.askedAt + cachedMs <= now) continue;
        known.set(each, cached.groups);
        oldest = Math.min(oldest, cached.askedAt);
      }

      const missing = slices.filter((each) => !known.has(each));
      const [first, last] = [missing[0], missing.at(-1)];
      if (first !== undefined) {
        const where = [[slice, '>=', first] as const, [slice, '<=', last] as const];
        const found = await searches.sums(generation, { where, by: [slice, ...by], sum });
        const bySlice = Map.groupBy(found, (group) => String(group.by[0]));
        for (const each of missing) {
          const groups = bySlice.get(each) ?? [];
          known.set(each, groups);
          if (isClosed(each, now)) cache.set(nameOf(each), { groups, askedAt: now });
        }
      }
      return { groups: slices.flatMap((each) => known.get(each) ?? []), ageMs: now - oldest };
    },
  };
};
