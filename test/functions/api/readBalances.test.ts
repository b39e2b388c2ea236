import { expect, it, vi } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { cosmosSearches } from '../../../adapters/cosmos/views/searches.ts';
import { createProjector } from '../../../application/views/projector.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import { readBalances } from '../../../functions/api/readBalances.ts';
import type { Services } from '../../../functions/services.ts';
import { transactions } from '../../../projections/transactions.ts';
import { deposited, eur, EUR, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { appendPast } from '../../support/e2ePast.ts';
import { firstBuild } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const eventStore = cosmosEventStore(containerOf('events'));
const projector = createProjector(cosmosRows(containerOf), historyOf(eventStore), () => Promise.resolve());

/** An account that sends so many transfers at once, time and again, each of which completes after that; with its balances. */
const sender = async (bursts: number, size: number) => {
  const events: AccountEvent[] = [opened(), deposited(9_000, 9_000)];
  const balances = [0, 9_000];
  const add = (event: AccountEvent, balance: number) => {
    events.push(event);
    balances.push(balance);
  };
  let balance = 9_000;
  for (let burst = 0; burst < bursts; burst += 1) {
    const first = events.length + 1;
    const end = { customerId: 'c', to: 't', amount: eur(1) };
    for (let count = 0; count < size; count += 1) {
      balance -= 1;
      add({ type: 'TransferSent', data: { ...end, received: eur(1), balance, available: balance } }, balance);
    }
    for (let count = 0; count < size; count += 1) {
      add({ type: 'TransferCompleted', data: { ...end, transfer: first + count } }, balance);
    }
  }
  const at = '2026-02-01T00:00:00.000Z';
  const { id, version } = await appendPast(
    database,
    events.map((event) => [at, event] as const),
  );
  await projector.catchUp(firstBuild(transactions), id, id, version);
  return { id, version, balances };
};

/** The balances that a caller gets, and how many searches that took. */
const read = async ({ id, version }: { readonly id: string; readonly version: number }, points: number) => {
  const searches = cosmosSearches(containerOf);
  const entries = vi.fn(searches.entries.bind(searches));
  const row = { row: { currency: EUR, customerId: 'c' }, positions: { [id]: version } };
  const services = {
    eventStore,
    freshRows: {
      firstNotReached: () => Promise.resolve(undefined),
      read: () => Promise.resolve({ source: 'view', generation: firstBuild(transactions), found: row }),
    },
    searches: { ...searches, entries },
  } as unknown as Services;
  const asked = { params: { id }, query: { points }, headers: {}, caller: { name: 'a' } };
  const { body } = await readBalances(services, asked as unknown as Parameters<typeof readBalances>[1]);
  const { items } = body as { items: { version: number; balance: { amount: string } }[] };
  const found = items.map((item) => [item.version, Math.round(Number(item.balance.amount) * 100)]);
  return { found, searches: entries.mock.calls.length };
};

it('the balances of an account that sends in bursts take one search, though the ends of transfers tell none', async () => {
  const account = await sender(20, 10);
  const { found, searches } = await read(account, 200);
  expect(found).toHaveLength(200);
  expect(found).toEqual(found.map(([version = 0]) => [version, account.balances[version - 1]]));
  expect(searches).toBe(1);
});

it('are right also far behind the last event that tells one', async () => {
  const account = await sender(2, 60);
  const { found } = await read(account, 200);
  expect(found).toEqual(found.map(([version = 0]) => [version, account.balances[version - 1]]));
});

it('take no search where all events tell them', async () => {
  const account = await sender(0, 0);
  expect(await read(account, 10)).toEqual({
    found: [
      [1, 0],
      [2, 9_000],
    ],
    searches: 0,
  });
});
