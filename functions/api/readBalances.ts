import { z } from 'zod';
import type { StoredCommit } from '../../application/eventStore.ts';
import { account } from '../../domain/account/account.ts';
import { balanceAfter, type AccountEvent } from '../../domain/account/events.ts';
import { decodeCommit, type RecordedEvent } from '../../eventSourcing/commit.ts';
import type { TransactionEntry } from '../../projections/book/entry.ts';
import { amount, amountOf, version } from '../../projections/fields.ts';
import type { Answer } from '../http/answer.ts';
import type { Received } from '../http/endpoint.ts';
import { answerQuery } from '../http/query.ts';
import { atLeast, wholeNumber, type idRoute, type queryHeaders } from '../http/schemas.ts';
import type { Services } from '../services.ts';
import { readBook, type ReadBook } from './readBook.ts';

export const balancesQuery = z.strictObject({
  points: wholeNumber(2, 200).default(100).describe('How many balances at most'),
  atLeast: atLeast.optional(),
});

export const balancesBody = z
  .object({
    items: z.array(z.object({ version, at: z.iso.datetime(), balance: amount }).meta({ id: 'BalancePoint' })),
  })
  .meta({ id: 'Balances' });

type Asked = Received<typeof idRoute, typeof balancesQuery, typeof queryHeaders>;

/** So many versions, evenly from the first to the last; all where there are fewer. */
export const evenly = (last: number, points: number): readonly number[] => {
  const count = Math.min(points, last);
  if (count <= 1) return last > 0 ? [last] : [];
  return Array.from({ length: count }, (_, index) => 1 + Math.round((index * (last - 1)) / (count - 1)));
};

/**
 * The balance after events evenly spread over an account's history, oldest first. Beside the row it takes one request for a hundred
 * points, however long the history is; another one where some of them are not the first events of their commits.
 */
export const readBalances = async (services: Services, received: Asked): Promise<Answer> => {
  const { params, query, headers, caller } = received;
  const read = await readBook(services, params.id, query.atLeast, caller.onlyFor);
  if ('refusal' in read) return read.refusal;
  const points = evenly(read.reached, query.points);
  const commits = await services.eventStore.commitsWith(read.id, points);
  const items: object[] = [];
  for (const point of points) {
    const found = await balanceAt(services, read, commits, point);
    if (found) items.push({ version: point, at: found.at, balance: amountOf(found.balance, read.book.currency) });
  }
  return answerQuery({ items }, headers['if-none-match'], { source: read.source });
};

/** Most events tell the balance; the state after a commit does for its last one. The book is asked for the few others. */
const balanceAt = async (
  services: Services,
  read: ReadBook,
  commits: readonly StoredCommit[],
  point: number,
): Promise<{ readonly at: string; readonly balance: number } | undefined> => {
  const commit = commits.find((each) => firstOf(each) <= point && point <= each.version);
  // A view is ahead of a store that somebody has restored.
  if (!commit) return undefined;
  const event = (decodeCommit(account.events, commit) as RecordedEvent<AccountEvent>[])[point - firstOf(commit)];
  if (!event) return undefined;
  const balance =
    event.type === 'AccountOpened'
      ? 0
      : (balanceAfter(event) ?? balanceIn(commit, point) ?? (await balanceInBook(services, read, point)));
  return { at: commit.occurredAt, balance };
};

const firstOf = ({ version: last, events }: StoredCommit): number => last - events.length + 1;

const balanceIn = ({ version: last, state, stateVersion }: StoredCommit, point: number): number | undefined => {
  if (last !== point || stateVersion !== account.stateVersion) return undefined;
  const found = account.state.safeParse(state).data;
  return found && found.status !== 'unopened' ? found.balance : undefined;
};

const balanceInBook = async ({ searches }: Services, { generation, id }: ReadBook, point: number): Promise<number> => {
  const { items } = await searches.entries(generation, id, {
    where: [['entry.version', '<=', point]],
    orderBy: [['entry.version', 'descending']],
    after: undefined,
    limit: 1,
  });
  const [newest] = items as readonly TransactionEntry[];
  return newest?.balanceAfter ?? 0;
};
