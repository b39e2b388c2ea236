import type { Generation } from '../../eventSourcing/view.ts';
import { listFrom } from '../checkpoints.ts';
import { forEachOf } from '../forEachOf.ts';
import { BrokenRow, type Rows } from '../views/ports.ts';
import type { Breach, Invariant } from './invariants.ts';
import { continuationOf, roundOf } from './ofEntries.ts';

const pageSize = 20;
const readsAtOnce = 4;

type Options = {
  readonly name: string;
  /** Two views whose rows follow one aggregate each: their rows have to agree where both have the same version of it. */
  readonly generations: () => Promise<readonly [Generation, Generation]>;
  readonly rows: Pick<Rows, 'list' | 'load'>;
  /** How two rows differ, if they do. */
  readonly difference: (one: unknown, other: unknown) => string | undefined;
};

/**
 * Compares the rows that two views have of one aggregate; those that stand at different versions have their turn again. A pass takes a
 * page of a query, and two point reads for each of its rows and for each known breach.
 */
export const invariantOfRowPairs = ({ name, generations, rows, difference }: Options): Invariant => {
  const compare = async (key: string, maybeStale = false): Promise<Breach | 'undecided' | undefined> => {
    const [one, other] = await generations();
    try {
      const [first, second] = [await rows.load(one, key, maybeStale), await rows.load(other, key, maybeStale)];
      if (!first || !second || first.positions[key] !== second.positions[key]) return 'undecided';
      const differ = difference(first.row, second.row);
      return differ === undefined ? undefined : { key, detail: `${key}: ${differ}` };
    } catch (error) {
      if (error instanceof BrokenRow) return { key, detail: error.message };
      throw error;
    }
  };

  return {
    name,
    async look(from) {
      const [one] = await generations();
      const page = await listFrom((continuation) => rows.list(one, continuation, pageSize), continuationOf(one, from));
      const breaches: Breach[] = [];
      await forEachOf(page.rows, readsAtOnce, async ({ key }) => {
        // A row as it was a moment ago costs half, and was right by then; what differs has to do so by now.
        if ((await compare(key, true)) === undefined) return;
        const breach = await compare(key);
        if (breach !== undefined && breach !== 'undecided') breaches.push(breach);
      });
      return { breaches, next: roundOf(one, page.continuation) };
    },
    async lookAgain(key) {
      const breach = await compare(key);
      // Only rows at one version tell that they agree again.
      return breach === 'undecided' ? { key, detail: `${key}: differed, and moves` } : breach;
    },
  };
};
