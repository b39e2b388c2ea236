import { z } from 'zod';
import { generationName, type Generation } from '../../eventSourcing/view.ts';
import { listFrom, readKept } from '../checkpoints.ts';
import type { Breach, Invariant } from './invariants.ts';
import type { EntryPages } from './ports.ts';

const pageSize = 100;

const round = z.object({ generation: z.string(), continuation: z.string().optional() });

/** Where a round over the items of a generation goes on; at the start where it went over those of another one. */
export const continuationOf = (generation: Generation, from: string | undefined): string | undefined => {
  const state = readKept(round, from);
  return state?.generation === generationName(generation) ? state.continuation : undefined;
};

export const roundOf = (generation: Generation, continuation: string | undefined): string =>
  JSON.stringify({ generation: generationName(generation), continuation });

type Options = {
  readonly name: string;
  readonly generation: () => Promise<Generation>;
  readonly entries: EntryPages;
  /** Says what is wrong with an entry; undefined where nothing is. */
  readonly wrongWith: (entry: unknown) => string | undefined;
};

/** Looks at each entry of a view by itself. A pass takes one page of a query, and a point read for each known breach. */
export const invariantOfEntries = ({ name, generation: answering, entries, wrongWith }: Options): Invariant => {
  const breachAt = (place: string, entry: unknown): Breach | undefined => {
    const wrong = wrongWith(entry);
    return wrong === undefined ? undefined : { key: place, detail: `${place}: ${wrong}` };
  };
  return {
    name,
    async look(from) {
      const generation = await answering();
      const page = await listFrom(
        (continuation) => entries.list(generation, continuation, pageSize),
        continuationOf(generation, from),
      );
      return {
        breaches: page.entries.flatMap(({ place, entry }) => breachAt(place, entry) ?? []),
        next: roundOf(generation, page.continuation),
      };
    },
    async lookAgain(place) {
      const entry = await entries.load(await answering(), place);
      return entry === undefined ? undefined : breachAt(place, entry);
    },
  };
};
