import { decimalsOf, durationText, moneyText } from './words.ts';

/** How the values of a plot are counted. */
export type Scale = {
  /** What may lie between two lines of its grid, ascending. */
  readonly steps: readonly number[];
  /** A value at one of these lines. */
  readonly onAxis: (value: number) => string;
  /** A value that somebody points at. */
  readonly text: (value: number) => string;
};

const mostDigits = 15;
const round = Array.from({ length: mostDigits }, (_, digits) => [1, 2, 5].map((first) => first * 10 ** digits)).flat();

export const counts: Scale = {
  steps: round,
  onAxis: (value) => value.toLocaleString(),
  text: (value) => value.toLocaleString(),
};

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** Milliseconds. Above a second, its grid is that of clocks. */
export const durations: Scale = {
  steps: [
    ...round.filter((step) => step < second),
    ...[1, 2, 5, 10, 30].map((count) => count * second),
    ...[1, 2, 5, 10, 30].map((count) => count * minute),
    ...round.map((count) => count * hour),
  ],
  onAxis: (value) => durationText(value).replace('.0 ', ' '),
  text: durationText,
};

/** From here on, an axis says millions and billions. */
const much = 1_000_000;

export const amountsIn = (currency: string): Scale => {
  const format = new Intl.NumberFormat(undefined, {
    ...{ style: 'currency', currency, minimumFractionDigits: 0 },
    maximumFractionDigits: decimalsOf(currency) ?? 2,
  });
  const short = new Intl.NumberFormat(undefined, { style: 'currency', currency, notation: 'compact' });
  return {
    steps: round,
    onAxis: (value) => (Math.abs(value) < much ? format : short).format(value),
    text: (value) => moneyText({ amount: String(value), currency }),
  };
};
