import { boundedCache } from '../../application/boundedCache.ts';
import type { Clock } from '../../application/clock.ts';

const rememberedCallers = 10_000;

export type RateLimit = {
  /** Counts a request of that caller. Returns 0, or the ms after which the caller may send it again. */
  readonly take: (caller: string) => number;
  /** Counts that many further requests of a caller, also where there is no room for them: later ones then wait for longer. */
  readonly charge: (caller: string, requests: number) => void;
};

/** A token bucket for each caller, with the requests of one minute; it refills evenly. 0 is no limit. */
export const createRateLimit = (perMinute: number, clock: Clock): RateLimit => {
  if (perMinute === 0) return { take: () => 0, charge: () => undefined };
  const perMs = perMinute / 60_000;
  const buckets = boundedCache<{ readonly left: number; readonly at: number }>(rememberedCallers);
  const filled = (caller: string, now: number): number => {
    const { left, at } = buckets.get(caller) ?? { left: perMinute, at: now };
    return Math.min(perMinute, left + Math.max(0, now - at) * perMs);
  };
  return {
    take(caller) {
      const now = clock.now();
      const left = filled(caller, now);
      const room = left >= 1;
      buckets.set(caller, { left: room ? left - 1 : left, at: now });
      return room ? 0 : (1 - left) / perMs;
    },
    charge(caller, requests) {
      const now = clock.now();
      buckets.set(caller, { left: filled(caller, now) - requests, at: now });
    },
  };
};
