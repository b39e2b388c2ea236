import { boundedCache } from '../../application/boundedCache.ts';
import type { Clock } from '../../application/clock.ts';

const rememberedCallers = 10_000;

export type RateLimit = {
  /** Counts a request of that caller. Returns 0, or the ms after which the caller may send it again. */
  readonly take: (caller: string) => number;
};

/** A token bucket for each caller, with the requests of one minute; it refills evenly. 0 is no limit. */
export const createRateLimit = (perMinute: number, clock: Clock): RateLimit => {
  if (perMinute === 0) return { take: () => 0 };
  const perMs = perMinute / 60_000;
  const buckets = boundedCache<{ readonly left: number; readonly at: number }>(rememberedCallers);
  return {
    take(caller) {
      const now = clock.now();
      const { left, at } = buckets.get(caller) ?? { left: perMinute, at: now };
      const filled = Math.min(perMinute, left + Math.max(0, now - at) * perMs);
      const room = filled >= 1;
      buckets.set(caller, { left: room ? filled - 1 : filled, at: now });
      return room ? 0 : (1 - filled) / perMs;
    },
  };
};
