/** How long a receiver that refuses for the moment is left alone after each try. */
export const laterTriesMs: readonly number[] = [
  ...[5, 5 * 60, 30 * 60].map((seconds) => seconds * 1_000),
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * 3_600_000),
];

/** A pause, lengthened by up to a fifth at random, so that those who were refused together do not come back together. */
export const lengthened = (pauseMs: number, random: () => number): number => Math.ceil(pauseMs * (1 + random() / 5));
