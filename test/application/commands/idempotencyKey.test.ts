import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { UnreadableEvent } from '../../../eventSourcing/event.ts';
import { accountHandlers, deposit, withdraw } from '../../support/accountHandlers.ts';
import { keyed } from '../../support/commandRequest.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const { commitsOf, instance, opening, storeWith } = accountHandlers(store);

describe('an idempotency key', () => {
  it('gives the first outcome again, in any instance', async () => {
    const id = await opening();
    const first = await instance().handle(id, deposit(5, keyed('a')));
    const again = await instance().handle(id, deposit(5, keyed('a')));
    expect(again).toEqual({ ...first, replayed: true });
    expect(await commitsOf(id)).toHaveLength(2);
  });

  it('gives the first outcome again where it would be refused now', async () => {
    const id = await opening(10);
    const { handle } = instance();
    const first = await handle(id, withdraw(10, { ...keyed('a'), expectedVersions: [2] }));
    expect(await handle(id, withdraw(10, keyed('a')))).toEqual({ ...first, replayed: true });
    expect(await handle(id, withdraw(10, { ...keyed('a'), expectedVersions: [2] }))).toEqual({
      ...first,
      replayed: true,
    });
  });

  it('with another command is reused', async () => {
    const id = await opening();
    const { handle } = instance();
    await handle(id, deposit(5, keyed('a')));
    expect(await handle(id, deposit(6, keyed('a')))).toEqual({ outcome: 'keyReused' });
    expect(await handle(id, withdraw(600, keyed('a')))).toEqual({ outcome: 'keyReused' });
  });

  it('applies once, however many come at the same moment, through two instances', async () => {
    const id = await opening();
    const [one, other] = [instance(), instance()];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).handle(id, deposit(5, keyed('a')))),
    );
    expect(outcomes.filter((outcome) => outcome.outcome === 'done' && !outcome.replayed)).toHaveLength(1);
    expect(outcomes.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(await commitsOf(id)).toHaveLength(2);
  });

  it('leaves its neighbours alone', async () => {
    const id = await opening();
    const { handle } = instance();
    await handle(id, deposit(5, keyed('a')));
    const outcomes = await Promise.all([
      handle(id, deposit(1)),
      handle(id, deposit(5, keyed('a'))),
      handle(id, deposit(2)),
    ]);
    expect(outcomes.map((outcome) => outcome.outcome === 'done' && outcome.replayed)).toEqual([false, true, false]);
    expect(await commitsOf(id)).toHaveLength(4);
  });

  it('leaves its neighbours alone, however many come again in their company', async () => {
    const id = await opening();
    const { handle } = instance();
    const keys = Array.from({ length: 20 }, (_, index) => keyed(`${index}`));
    await Promise.all(keys.map((key) => handle(id, deposit(5, key))));
    const [, ...outcomes] = await Promise.all([
      handle(id, deposit(1)),
      ...keys.map((key) => handle(id, deposit(5, key))),
      handle(id, deposit(2)),
    ]);
    const replays = outcomes.map((outcome) => outcome.outcome === 'done' && outcome.replayed);
    expect(replays).toEqual([...keys.map(() => true), false]);
    expect(outcomes.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(await commitsOf(id)).toHaveLength(23);
  });

  it('whose look-up fails does not fail its neighbours', async () => {
    const id = await opening(10);
    const { handle } = instance(storeWith({ findCommit: () => Promise.reject(new UnreadableEvent('no')) }));
    const [refused, accepted] = await Promise.allSettled([
      handle(id, withdraw(99, keyed('a'))),
      handle(id, deposit(1)),
    ]);
    expect(refused.status).toBe('rejected');
    expect(accepted).toMatchObject({ status: 'fulfilled', value: { outcome: 'done' } });
  });

  it('that comes again while the first still waits costs nothing', async () => {
    const id = await opening();
    let appends = 0;
    const { handle } = instance(storeWith({ append: (...args) => ((appends += 1), store.append(...args)) }));
    // The first of all is under way at once; the others wait behind it.
    const outcomes = await Promise.all([
      handle(id, deposit(1)),
      ...Array.from({ length: 100 }, () => handle(id, deposit(5, keyed('a')))),
    ]);
    expect(outcomes.filter((outcome) => outcome.outcome === 'done' && !outcome.replayed)).toHaveLength(2);
    expect(appends).toBe(2);
  });

  it('among commands that expect the same version lets one through', async () => {
    const id = await opening();
    const { handle } = instance();
    const outcomes = await Promise.all([1, 2].map(() => handle(id, deposit(1, { expectedVersions: [1] }))));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'versionMismatch']);
  });

  it('is free again after a refusal', async () => {
    const id = await opening();
    const { handle } = instance();
    expect(await handle(id, withdraw(5, keyed('a')))).toMatchObject({ outcome: 'rejected' });
    await handle(id, deposit(5));
    expect(await handle(id, withdraw(5, keyed('a')))).toMatchObject({ outcome: 'done', replayed: false });
  });
});
