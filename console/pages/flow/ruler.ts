/**
 * Where an instant of a story stands between its beginning, 0, and its end, 1. Each tenfold time is as far from the next one: what took a
 * few milliseconds is told apart also where something else took minutes.
 */
export const shareOf = (ms: number, total: number): number => (total <= 0 ? 0 : Math.log1p(ms) / Math.log1p(total));

const ticks = [1, 10, 100, 1_000, 10_000, 60_000, 600_000];

/** The instants to be read at a glance. */
export const ticksUpTo = (total: number): readonly number[] => ticks.filter((ms) => ms <= total);
