import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { loadCurrent } from '../../../application/commands/currentState.ts';
import type { EventStore } from '../../../application/eventStore.ts';
import { account } from '../../../domain/account/account.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));

const append = async (id: string, before: number, event: AccountEvent) => {
  await store.append([commitOf('account', id, before, [event])], { state: {}, stateVersion: 1 });
};

describe('a state that is folded again', () => {
  it('does not pass a version that is missing', async () => {
    const id = randomUUID();
    await append(id, 0, opened());
    await append(id, 2, deposited(5, 7));
    const newerCode = { ...account, stateVersion: account.stateVersion + 1 };
    await expect(loadCurrent(newerCode, store, id)).rejects.toThrow(`Version 2 of ${id} is missing`);
  });

  it('is that of the commit that was the newest, though newer commits are there by then', async () => {
    const id = randomUUID();
    await append(id, 0, opened());
    await append(id, 1, deposited(5, 5));
    const meanwhile: EventStore = {
      ...store,
      async *readCommits(...args) {
        await append(id, 2, deposited(2, 7));
        yield* store.readCommits(...args);
      },
    };
    const newerCode = { ...account, stateVersion: account.stateVersion + 1 };
    expect(await loadCurrent(newerCode, meanwhile, id)).toMatchObject({ version: 2, state: { balance: 5 } });
  });
});
