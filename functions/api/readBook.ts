import type { z } from 'zod';
import { account } from '../../domain/account/account.ts';
import type { Book } from '../../projections/book/entry.ts';
import { bankCalendar } from '../../projections/bankTimeZone.ts';
import { transactions } from '../../projections/transactions.ts';
import type { Generation } from '../../eventSourcing/view.ts';
import type { Answer } from '../http/answer.ts';
import { needsRebuild } from '../http/problem.ts';
import { answerWithoutRow } from '../http/query.ts';
import { positionsFor, type atLeast } from '../http/schemas.ts';
import { unreachedBy } from '../http/unreachedBy.ts';
import type { Services } from '../services.ts';

/** An account's book as far as the view has folded it. */
export type ReadBook = {
  readonly id: string;
  readonly book: Book;
  readonly generation: Generation<Book>;
  /** The last version that it has. */
  readonly reached: number;
  readonly source: 'view' | 'events';
};

/** The book of an account that the caller may see, or the answer where there is none to show. */
export const readBook = async (
  { freshRows }: Pick<Services, 'freshRows'>,
  id: string,
  asked: z.infer<typeof atLeast> | undefined,
  onlyFor: string | undefined,
): Promise<ReadBook | { readonly refusal: Answer }> => {
  const positions = positionsFor(id, asked);
  const own = positions.filter(({ aggregateId }) => aggregateId === id);
  const row = await freshRows.read(transactions, account.name, id, own, onlyFor);
  if (!('source' in row)) return { refusal: answerWithoutRow(row) };
  const { generation, source, found } = row;
  const unreached = await unreachedBy(freshRows, positions, id, [found.row.customerId]);
  if (unreached) return { refusal: answerWithoutRow(unreached) };
  return { id, book: found.row, generation, reached: found.positions[id] ?? 0, source };
};

/** Where the setting has changed, the months of a book are not those of the bank until the view is built anew. */
export const refuseOtherZone = ({ book }: ReadBook, log: Services['log']): Answer | undefined => {
  if (book.timeZone === bankCalendar.timeZone) return undefined;
  log('warn', 'The view transactions has months of another time zone, and has to be rebuilt');
  return needsRebuild();
};
