import type { components } from '../../../client/api.ts';

type Projection = components['schemas']['Projection'];

/** Two hours of a page that is looked at all the time, at the pace of its questions. */
const keptLooks = 1_440;

/** How many events each view was behind, at each look since this page was loaded. */
const looks = new Map<string, number[]>();
let noted: readonly Projection[] | undefined;

/** Adds a look, once. */
export const noteLag = (views: readonly Projection[]): void => {
  if (views === noted) return;
  noted = views;
  for (const { name, eventsBehind } of views) {
    looks.set(name, [...(looks.get(name) ?? []), eventsBehind].slice(-keptLooks));
  }
};

export const lagOf = (name: string): readonly number[] => looks.get(name) ?? [];
