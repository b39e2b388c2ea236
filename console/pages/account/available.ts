/** A balance that counts from an instant on; all instants are milliseconds since the epoch. */
type Balance = { readonly at: number; readonly balance: number };

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
 * holds are among those given.
 */
export const availableOverTime = (
  points: readonly Balance[],
  holds: readonly Held[],
  { now, knownFrom }: { readonly now: number; readonly knownFrom: number },
): Lines => {
  const [first] = points;
  if (!first) return { times: [], balances: [], available: [] };
  const moments = [...points.map(({ at }) => at), ...holds.flatMap(({ from, until }) => [from, until]), now];
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
