/** The time, in ms since 1970. */
export type Clock = { now(): number };

/** An instant as the bank writes it: ISO 8601 in UTC with milliseconds. */
export const instantOf = (ms: number): string => new Date(ms).toISOString();

/** The present instant. */
export const present = (clock: Clock): string => instantOf(clock.now());
