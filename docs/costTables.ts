import { monthlyCosts } from '../bench/monthlyCost.ts';
import { tableOf } from './writtenTables.ts';

/** What each environment costs a month, by commands. */
export const costTables = (): string[] =>
  monthlyCosts().map(({ name, loads, lines }) => {
    const header = [name, ...loads];
    return tableOf(
      header,
      lines,
      header.flatMap((_, column) => (column > 0 ? column : [])),
    );
  });
