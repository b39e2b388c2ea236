import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { accountHandlers, deposit, withdraw } from '../../support/accountHandlers.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const { appending, commitsOf, instance, opening, storeWith } = accountHandlers(store);

const lost = () => new ServiceUnavailable('Cosmos DB', { outcomeUnknown: true });
const throttled = () => new ServiceUnavailable('Cosmos DB', { retryAfterMs: 10 });

describe('an answer that was lost', () => {
  it('after the append took effect is found again, also without a key', async () => {
    const id = await opening();
    const { handle } = instance(
      appending(async (count, write) => {
        const result = await write();
        if (count === 1) throw lost();
        return result;
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
    expect(await commitsOf(id)).toHaveLength(2);
  });

  it('of a withdrawal that emptied the account is found again', async () => {
    const id = await opening(10);
    let appends = 0;
    const { handle } = instance(
      appending(async (count, write) => {
        await write();
        appends = count;
        throw lost();
      }),
    );
    expect(await handle(id, withdraw(10))).toMatchObject({ outcome: 'done', commit: { version: 3 } });
    expect(appends).toBe(1);
  });

  it('of a whole group is found again for each of it', async () => {
    const id = await opening();
    const { handle, committed } = instance(
      appending(async (count, write) => {
        const result = await write();
        // The first goes alone; the others are the group behind it.
        if (count === 2) throw lost();
        return result;
      }),
    );
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => handle(id, deposit(1))));
    expect(outcomes.filter((outcome) => outcome.outcome === 'done' && !outcome.replayed)).toHaveLength(40);
    expect(await commitsOf(id)).toHaveLength(41);
    expect(committed).toHaveLength(40);
  });

  it('is found again, too, when others keep winning from then on', async () => {
    const id = await opening();
    const { handle, committed } = instance(
      appending(async (count, write) => {
        if (count > 1) return { outcome: 'conflict', index: 0 };
        await write();
        throw lost();
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
    expect(committed).toHaveLength(1);
  });

  it('before anything was written is tried again', async () => {
    const id = await opening();
    const { handle } = instance(appending((count, write) => (count === 1 ? Promise.reject(lost()) : write())));
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
  });

  it('of a batch that the client sent twice by itself is found again, though it looks stale', async () => {
    const twice = appending(async (_, write) => {
      await write();
      return write();
    });
    const emptied = await opening(10);
    expect(await instance(twice).handle(emptied, withdraw(10))).toMatchObject({
      outcome: 'done',
      commit: { version: 3 },
    });
    const filled = await opening();
    const { handle, committed } = instance(twice);
    expect(await handle(filled, deposit(5))).toMatchObject({ outcome: 'done', replayed: false });
    expect(await commitsOf(filled)).toHaveLength(2);
    expect(committed).toHaveLength(1);
  });

  it('again and again is a failure, and the queue goes on', async () => {
    const id = await opening();
    let broken = true;
    const { handle } = instance(appending((_, write) => (broken ? Promise.reject(lost()) : write())));
    await expect(handle(id, deposit(5))).rejects.toThrow(ServiceUnavailable);
    broken = false;
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done' });
  });
});

describe('an append whose outcome is unknown', () => {
  it('and that is only throttled from then on, is done if it took effect', async () => {
    const id = await opening();
    let appends = 0;
    const { handle, committed } = instance(
      storeWith({
        // Its commit does not show at first.
        commitAt: (...args) => (appends === 1 ? Promise.resolve(undefined) : store.commitAt(...args)),
        async append(...args) {
          appends += 1;
          if (appends > 1) throw throttled();
          await store.append(...args);
          throw lost();
        },
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', replayed: false, commit: { version: 2 } });
    expect(committed).toHaveLength(1);
  });

  it('and that is only throttled from then on, fails if it did not', async () => {
    const id = await opening();
    const { handle } = instance(appending((count) => Promise.reject(count === 1 ? lost() : throttled())));
    await expect(handle(id, deposit(5))).rejects.toThrow(ServiceUnavailable);
    expect(await commitsOf(id)).toHaveLength(1);
  });

  it('takes effect late, and counts once', async () => {
    const id = await opening();
    const { handle, committed } = instance(
      appending(async (count, write) => {
        if (count === 1) throw lost();
        // The first one takes effect only now.
        await write();
        return write();
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', replayed: false });
    expect([(await commitsOf(id)).length, committed.length]).toEqual([2, 1]);
  });
});

describe('an append that is throttled', () => {
  it('fails at once, and is not made again', async () => {
    const id = await opening();
    let appends = 0;
    const failure = throttled();
    const { handle } = instance(storeWith({ append: () => ((appends += 1), Promise.reject(failure)) }));
    await expect(handle(id, deposit(5))).rejects.toBe(failure);
    expect(appends).toBe(1);
  });
});
