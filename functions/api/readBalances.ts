import { z } from 'zod';
import type { StoredCommit } from '../../application/eventStore.ts';
import { forEachOf } from '../../application/forEachOf.ts';
import { account } from '../../domain/account/account.ts';
import { balanceAfter, type AccountEvent } from '../../domain/account/events.ts';
import { decodeCommit, type RecordedEvent } from '../../eventSourcing/commit.ts';
import type { AllOf, Search } from '../../eventSourcing/viewRoute.ts';
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
 * points, however long the history is; another one where some of them are not the first events of their commits, and one where some of
 * their events tell no balance.
 */
export const readBalances = async (services: Services, received: Asked): Promise<Answer> => {
  const { params, query, headers, caller } = received;
  const read = await readBook(services, params.id, query.atLeast, caller.onlyFor);
  if ('refusal' in read) return read.refusal;
  const points = evenly(read.reached, query.points);
  const commits = await services.eventStore.commitsWith(read.id, points);
  // A view is ahead of a store that somebody has restored.
  const found = points.flatMap((point) => pointIn(commits, point) ?? []);
  const untold = found.filter(({ balance }) => balance === undefined).map((point) => point.version);
  const inBook = await balancesInBook(services, read, untold);
  const items = found.map(({ version: reached, at, balance = inBook.get(reached) ?? 0 }) => ({
    ...{ version: reached, at, balance: amountOf(balance, read.book.currency) },
  }));
  return answerQuery({ items }, headers['if-none-match'], { source: read.source });
};

type Point = { readonly version: number; readonly at: string; readonly balance: number | undefined };

/** Most events tell the balance; the state after a commit does for its last one. */
const pointIn = (commits: readonly StoredCommit[], point: number): Point | undefined => {
  const commit = commits.find((each) => firstOf(each) <= point && point <= each.version);
  const event =
    commit && (decodeCommit(account.events, commit) as RecordedEvent<AccountEvent>[])[point - firstOf(commit)];
  if (!event) return undefined;
  const balance = event.type === 'AccountOpened' ? 0 : (balanceAfter(event) ?? balanceIn(commit, point));
  return { version: point, at: commit.occurredAt, balance };
};

const firstOf = ({ version: last, events }: StoredCommit): number => last - events.length + 1;

const balanceIn = ({ version: last, state, stateVersion }: StoredCommit, point: number): number | undefined => {
  if (last !== point || stateVersion !== account.stateVersion) return undefined;
  const found = account.state.safeParse(state).data;
  return found && found.status !== 'unopened' ? found.balance : undefined;
};

/** Events in a row that tell no balance, such as the ends of transfers that were sent in a burst, are seldom more. */
const nearby = 16;
const searchesAtOnce = 8;

/** The balances at some versions, by the transactions before them: by one search, and one each for those far behind any. */
const balancesInBook = async (
  { searches }: Pick<Services, 'searches'>,
  { generation, id }: ReadBook,
  points: readonly number[],
): Promise<ReadonlyMap<number, number>> => {
  const balances = new Map<number, number>();
  const search = async (where: NonNullable<Search['where']>, direction: 'ascending' | 'descending', limit: number) => {
    const orderBy = [['entry.version', direction]] as const;
    return (await searches.entries(generation, id, { where, orderBy, after: undefined, limit }))
      .items as readonly TransactionEntry[];
  };
  if (points.length === 0) return balances;
  const ranges = points.map((point): AllOf => ({
    allOf: [
      ['entry.version', '>', point - nearby],
      ['entry.version', '<=', point],
    ],
  }));
  const near = await search([{ anyOf: ranges }], 'ascending', points.length * nearby);
  await forEachOf(points, searchesAtOnce, async (point) => {
    const before = near.findLast((each) => each.version <= point && each.version > point - nearby);
    const [newest] = before ? [before] : await search([['entry.version', '<=', point]], 'descending', 1);
    balances.set(point, newest?.balanceAfter ?? 0);
  });
  return balances;
};
