import type { components } from '../../client/api.ts';

/** What an instance did in one second; of those in which it did nothing there is none. */
export type Second = components['schemas']['Second'];

/** Values of each second, the oldest first. */
export type Seconds = {
  /** Since the epoch. */
  readonly times: readonly number[];
  readonly commands: readonly number[];
  readonly refused: readonly number[];
  readonly events: readonly number[];
  /** Null where there was none. */
  readonly answered: readonly (number | null)[];
  readonly folded: readonly (number | null)[];
  readonly foldedSlowest: readonly (number | null)[];
};

/** So many seconds up to one of them. In idle ones nothing happened: zeros, and no times. */
export const secondsUpTo = (items: readonly Second[], until: number, count: number): Seconds => {
  const bySecond = new Map(items.map((item) => [Math.floor(Date.parse(item.at) / 1_000), item]));
  const times = Array.from({ length: count }, (_, index) => until - count + 1 + index);
  const seconds = times.map((time) => bySecond.get(time));
  return {
    times,
    commands: seconds.map((second) => second?.commands ?? 0),
    refused: seconds.map((second) => second?.refused ?? 0),
    events: seconds.map((second) => second?.events ?? 0),
    answered: seconds.map((second) => second?.commandMs?.p99 ?? null),
    folded: seconds.map((second) => second?.viewMs?.p50 ?? null),
    foldedSlowest: seconds.map((second) => second?.viewMs?.p99 ?? null),
  };
};

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Undefined where there is none. */
export const highestOf = (values: readonly (number | null)[]): number | undefined => {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? undefined : Math.max(...there);
};
