/** These functions read values of flags. Each throws an Error that says what is wrong with the value. */

export const toNumber = (text: string, flag: string, most: number): number => {
  const number = Number(text);
  if (!/^\d{1,6}$/.test(text) || number > most) {
    throw new Error(`${flag} takes a number from 0 to ${most}, not "${text}".`);
  }
  return number;
};

export const toPort = (text: string, flag: string): number => toNumber(text, flag, 65_535);

const longestLagMs = 600_000;

/** A lag in milliseconds. */
export const toLag = (text: string, flag: string): number => toNumber(text, flag, longestLagMs);

const mostPartitions = 100;

export const toPartitions = (text: string, flag: string): number => {
  const number = Number(text);
  if (!/^[1-9]\d{0,2}$/.test(text) || number > mostPartitions) {
    throw new Error(`${flag} takes a number from 1 to ${mostPartitions}, not "${text}".`);
  }
  return number;
};

export const required = (value: string | undefined, flag: string): string => {
  if (value === undefined || value === '') throw new Error(`${flag} is missing.`);
  return value;
};

/** The path of a folder, if the flag is given. */
export const toFolder = (value: string | undefined, flag: string): string | undefined => {
  if (value === '') throw new Error(`${flag} takes a folder.`);
  return value;
};

/** Whether a power cut loses the last commits (`normal`) or nothing (`full`). The death of the process never loses any. */
export type Durability = 'normal' | 'full';

export const toDurability = (text: string, flag: string): Durability => {
  if (text !== 'normal' && text !== 'full') throw new Error(`${flag} is normal or full, not "${text}".`);
  return text;
};
