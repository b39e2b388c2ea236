import { generationOf, type Generation } from '../../projections/projection.ts';
import type { Group, Sums } from '../../projections/route.ts';
import { boundedCache } from '../boundedCache.ts';
import type { Clock } from '../clock.ts';
import type { Listings } from './ports.ts';

const maximumSlices = 5_000;
/** Whatever comes to a closed slice after all, such as a message that was parked and sent again, shows by then. */
const cachedMs = 10 * 60_000;

export type SlicedSums = {
  /**
   * The groups of these slices, which are in text order; at most one query. Closed slices may be ten minutes old: `ageMs`
   * is the time since the oldest of them was asked for, 0 if all were just now.
   */
  read(
    projection: Generation,
    sums: Sums,
    slices: readonly string[],
  ): Promise<{ readonly groups: readonly Group[]; readonly ageMs: number }>;
};

export const createSlicedSums = (listings: Listings, clock: Clock): SlicedSums => {
  const cache = boundedCache<{ readonly groups: readonly Group[]; readonly askedAt: number }>(maximumSlices);

  return {
    async read(projection, { slice, by, sum, isClosed }, slices) {
      const now = clock.now();
      const nameOf = (each: string) => JSON.stringify([generationOf(projection), slice, by, sum, each]);
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
        const found = await listings.sums(projection, { where, by: [slice, ...by], sum });
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
