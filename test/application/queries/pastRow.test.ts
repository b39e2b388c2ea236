import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { pastRow } from '../../../application/queries/pastRow.ts';
import { accounts } from '../../../projections/accounts.ts';
import { commitOf, created, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const history = historyOf(store);

const id = randomUUID();
const instants = [0, 1, 1, 2].map((second) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString());
const at = (text: string) => pastRow(history, accounts, id, { at: text });
const atVersion = (version: number) => pastRow(history, accounts, id, { version });

beforeAll(async () => {
  const commits = [opened(), deposited(1, 1), deposited(2, 3), deposited(4, 7)].map((event, index) =>
    commitOf('account', id, index, [event], { occurredAt: instants[index] ?? '' }),
  );
  let etag: string | undefined;
  for (const { version, occurredAt, ...commit } of commits) {
    const head = { aggregate: 'account' as const, version, state: {}, stateVersion: 1, occurredAt };
    const result = await store.append([{ ...commit, version, occurredAt }], head, etag);
    etag = result.outcome === 'appended' ? result.etag : undefined;
  }
});

describe('an account in the past', () => {
  it('is what it was at a version', async () => {
    expect(await atVersion(1)).toMatchObject({ version: 1, row: { balance: 0 } });
    expect(await atVersion(3)).toMatchObject({ version: 3, row: { balance: 3, updatedAt: instants[2] } });
  });

  it('is not there at a version that is still to come', async () => expect(await atVersion(5)).toBeUndefined());

  it('is what all events up to an instant made it, those of that very instant included', async () => {
    expect(await at('2026-01-01T00:00:01.000Z')).toMatchObject({ version: 3, row: { balance: 3 } });
    expect(await at('2026-01-01T00:00:00.999Z')).toMatchObject({ version: 1, row: { balance: 0 } });
    expect(await at('2026-06-01T00:00:00.000Z')).toMatchObject({ version: 4, row: { balance: 7 } });
  });

  it('is not there before it was opened', async () => expect(await at('2025-12-31T23:59:59.999Z')).toBeUndefined());

  it('is not there for the id of a customer', async () => {
    const customerId = randomUUID();
    const commit = commitOf('customer', customerId, 0, [created]);
    const head = {
      aggregate: 'customer' as const,
      version: 1,
      state: {},
      stateVersion: 1,
      occurredAt: commit.occurredAt,
    };
    await store.append([commit], head, undefined);
    expect(await pastRow(history, accounts, customerId, { version: 1 })).toBeUndefined();
  });
});
