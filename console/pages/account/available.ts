/** A balance that counts from an instant on, which is that of a version; all instants are milliseconds since the epoch. */
type Balance = { readonly version: number; readonly at: number; readonly balance: number };

/** From an instant on, until another one, an amount is not available. */
type Held = { readonly from: number; readonly until: number; readonly amount: number };

type Lines = {
  readonly times: readonly number[];
  readonly balances: readonly number[];
  /** Null where not all holds of that time are known. */
  readonly available: readonly (number | null)[];
};

/**
 * What an account had, and what of it was available, at each instant at which either moved, up to now. `knownFrom`: from when on all
 * holds are among those given. Between two points that are not neighbours nothing is told: a capture there would end a hold, and the
 * balance without what was captured would be known only at the next point.
 */
export const availableOverTime = (
  points: readonly Balance[],
  holds: readonly Held[],
  { now, knownFrom }: { readonly now: number; readonly knownFrom: number },
): Lines => {
  const [first] = points;
  if (!first) return { times: [], balances: [], available: [] };
  const isTold = (at: number): boolean => {
    const next = points.findIndex((point) => point.at > at);
    const [before, after] = [points[next - 1], points[next]];
    return after === undefined || before === undefined || after.version - before.version === 1;
  };
  const ofHolds = holds.flatMap(({ from, until }) => [from, until]).filter(isTold);
  const moments = [...points.map(({ at }) => at), ...ofHolds, now];
  const times = [...new Set(moments)].filter((at) => at >= first.at && at <= now).sort((one, other) => one - other);
  let next = 0;
  let balance = first.balance;
  const balances = times.map((time) => {
    for (; (points[next]?.at ?? Infinity) <= time; next += 1) balance = points[next]?.balance ?? balance;
    return balance;
  });
  const heldAt = (time: number) =>
    holds.reduce((sum, { from, until, amount }) => (from <= time && time < until ? sum + amount : sum), 0);
  return {
    times,
    balances,
    available: times.map((time, index) => (time < knownFrom ? null : (balances[index] ?? 0) - heldAt(time))),
  };
};
