import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { commandHandler } from '../../../application/commands/commandHandler.ts';
import type { Clock } from '../../../application/clock.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { EventStore } from '../../../application/eventStore.ts';
import { account, type AccountCommand } from '../../../domain/account/account.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import { bankEventsOf } from '../../../domain/registry.ts';
import { UnreadableEvent } from '../../../eventSourcing/event.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import { commitOf, EUR, eur, opened } from '../../support/bank.ts';
import { keyed, requestFor, type RequestFields } from '../../support/commandRequest.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));

/** A handler as one instance of the app has it, with its own cache, and what it committed. */
const instance = (eventStore: EventStore = store, clock: Clock = { now: () => Date.now() }) => {
  const committed: Commit[] = [];
  const pauses: number[] = [];
  const handle = commandHandler(account, {
    eventStore,
    clock,
    meter,
    pause: (attempt) => Promise.resolve(void pauses.push(attempt)),
    onCommitted: (commits) => committed.push(...commits),
  });
  return { handle, committed, pauses };
};

const open = (fields?: RequestFields) =>
  requestFor<AccountCommand>({ type: 'OpenAccount', customerId: 'c', currency: EUR }, fields);
const deposit = (minor: number, fields?: RequestFields) =>
  requestFor<AccountCommand>({ type: 'DepositMoney', amount: eur(minor) }, fields);
const withdraw = (minor: number, fields?: RequestFields) =>
  requestFor<AccountCommand>({ type: 'WithdrawMoney', amount: eur(minor) }, fields);

const commitsOf = async (id: string) => {
  const commits: Commit[] = [];
  for await (const page of store.readCommits(id, 0)) commits.push(...page);
  return commits;
};
const opening = async (balance = 0) => {
  const id = randomUUID();
  const { handle } = instance();
  await handle(id, open());
  if (balance > 0) await handle(id, deposit(balance));
  return id;
};
/** The store, with another answer for some calls. */
const storeWith = (changes: Partial<EventStore>): EventStore => ({ ...store, ...changes });

describe('a command', () => {
  it('is committed, and handed on to be published, once', async () => {
    const id = await opening();
    const { handle, committed } = instance();
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', replayed: false, commit: { version: 2 } });
    expect(committed).toEqual((await commitsOf(id)).slice(1));
  });

  it('takes one request when the state is known, and two when it is not', async () => {
    const id = await opening();
    const calls: string[] = [];
    const counting = storeWith({
      loadNewest: (...args) => (calls.push('load'), store.loadNewest(...args)),
      commitAt: (...args) => (calls.push('look'), store.commitAt(...args)),
      append: (...args) => (calls.push('append'), store.append(...args)),
      findCommit: (...args) => (calls.push('find'), store.findCommit(...args)),
    });
    const { handle } = instance(counting);
    await handle(id, deposit(5, keyed('a')));
    expect(calls.splice(0)).toEqual(['load', 'append']);
    await handle(id, deposit(5, keyed('b')));
    expect(calls.splice(0)).toEqual(['append']);
  });

  it('that is refused changes nothing', async () => {
    const id = await opening(10);
    const { handle, committed } = instance();
    expect(await handle(id, withdraw(11))).toEqual({
      outcome: 'rejected',
      rejection: { code: 'InsufficientFunds', available: eur(10) },
    });
    expect(committed).toEqual([]);
    expect(await commitsOf(id)).toHaveLength(2);
  });

  it('is never earlier than the event before it, whatever the clock says', async () => {
    const id = await opening();
    const [first] = await commitsOf(id);
    const behind = commandHandler(account, {
      eventStore: store,
      clock: { now: () => 0 },
      meter,
      pause: () => Promise.resolve(),
      onCommitted: () => undefined,
    });
    expect(await behind(id, deposit(1))).toMatchObject({ commit: { occurredAt: first?.occurredAt } });
  });

  it('with an expected version is refused once the account has moved on', async () => {
    const id = await opening();
    const { handle } = instance();
    expect(await handle(id, deposit(1, { expectedVersions: [1] }))).toMatchObject({ outcome: 'done' });
    expect(await handle(id, deposit(1, { expectedVersions: [1] }))).toEqual({ outcome: 'versionMismatch', version: 2 });
  });
});

describe('a stale cache', () => {
  it('never accepts what the store would not', async () => {
    const id = await opening(10);
    const [one, other] = [instance(), instance()];
    await one.handle(id, deposit(1));
    await other.handle(id, withdraw(11));
    expect(await one.handle(id, withdraw(1))).toMatchObject({ rejection: { code: 'InsufficientFunds' } });
  });

  it('never refuses what the store would not', async () => {
    const id = await opening(10);
    const [one, other] = [instance(), instance()];
    await one.handle(id, withdraw(10));
    await other.handle(id, deposit(5));
    expect(await one.handle(id, withdraw(5))).toMatchObject({ outcome: 'done', commit: { version: 5 } });
    await other.handle(id, deposit(1));
    expect(await one.handle(id, deposit(1, { expectedVersions: [6] }))).toMatchObject({ outcome: 'done' });
  });
});

describe('commands of one account at the same moment', () => {
  it('all count, in one order', async () => {
    const id = await opening();
    const [one, other] = [instance(), instance()];
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 ? one : other).handle(id, deposit(1))),
    );
    expect(outcomes.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect((await commitsOf(id)).map(({ version }) => version)).toEqual(Array.from({ length: 61 }, (_, n) => n + 1));
  });

  it('are appended together', async () => {
    const id = await opening();
    let appends = 0;
    const { handle } = instance(storeWith({ append: (...args) => ((appends += 1), store.append(...args)) }));
    await Promise.all(Array.from({ length: 50 }, () => handle(id, deposit(1))));
    expect(appends).toBeLessThanOrEqual(2);
  });

  it('do not disturb each other when one is refused', async () => {
    const id = await opening(10);
    const { handle } = instance();
    const outcomes = await Promise.all([handle(id, deposit(1)), handle(id, withdraw(100)), handle(id, withdraw(11))]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'rejected', 'done']);
  });

  it('end as contention when others keep winning, after pauses that grow', async () => {
    const id = await opening();
    const { handle, pauses } = instance(
      storeWith({ append: () => Promise.resolve({ outcome: 'conflict', index: 0 }) }),
    );
    expect(await handle(id, deposit(1))).toEqual({ outcome: 'contention' });
    expect(pauses).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('of one caller never fill the queue alone', async () => {
    const id = await opening();
    const { handle } = instance();
    const many = Array.from({ length: 700 }, () => handle(id, deposit(1, { actor: 'greedy' })));
    const other = await handle(id, deposit(1, { actor: 'other' }));
    const overloaded = (await Promise.all(many)).filter(({ outcome }) => outcome === 'overloaded').length;
    expect([other.outcome, overloaded > 100]).toEqual(['done', true]);
  });

  it('wait in a bounded queue', async () => {
    const id = await opening();
    const { handle } = instance();
    const outcomes = await Promise.all(Array.from({ length: 1_200 }, () => handle(id, deposit(1))));
    const overloaded = outcomes.filter(({ outcome }) => outcome === 'overloaded').length;
    expect(overloaded).toBeGreaterThan(0);
    expect((await commitsOf(id)).at(-1)?.version).toBe(1 + outcomes.length - overloaded);
  });
});

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

describe('an answer that was lost', () => {
  const lost = () => new ServiceUnavailable('Cosmos DB', { outcomeUnknown: true });

  it('after the append took effect is found again, also without a key', async () => {
    const id = await opening();
    let appends = 0;
    const { handle } = instance(
      storeWith({
        async append(...args) {
          const result = await store.append(...args);
          appends += 1;
          if (appends === 1) throw lost();
          return result;
        },
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
    expect(await commitsOf(id)).toHaveLength(2);
  });

  it('of a withdrawal that emptied the account is found again', async () => {
    const id = await opening(10);
    let appends = 0;
    const { handle } = instance(
      storeWith({
        async append(...args) {
          await store.append(...args);
          appends += 1;
          throw lost();
        },
      }),
    );
    expect(await handle(id, withdraw(10))).toMatchObject({ outcome: 'done', commit: { version: 3 } });
    expect(appends).toBe(1);
  });

  it('of a whole group is found again for each of it', async () => {
    const id = await opening();
    let appends = 0;
    const { handle, committed } = instance(
      storeWith({
        async append(...args) {
          const result = await store.append(...args);
          appends += 1;
          // The first goes alone; the others are the group behind it.
          if (appends === 2) throw lost();
          return result;
        },
      }),
    );
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => handle(id, deposit(1))));
    expect(outcomes.filter((outcome) => outcome.outcome === 'done' && !outcome.replayed)).toHaveLength(40);
    expect(await commitsOf(id)).toHaveLength(41);
    expect(committed).toHaveLength(40);
  });

  it('is found again, too, when others keep winning from then on', async () => {
    const id = await opening();
    let appends = 0;
    const { handle, committed } = instance(
      storeWith({
        async append(...args) {
          appends += 1;
          if (appends > 1) return { outcome: 'conflict', index: 0 };
          await store.append(...args);
          throw lost();
        },
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
    expect(committed).toHaveLength(1);
  });

  it('before anything was written is tried again', async () => {
    const id = await opening();
    let appends = 0;
    const { handle } = instance(
      storeWith({
        append(...args) {
          appends += 1;
          return appends === 1 ? Promise.reject(lost()) : store.append(...args);
        },
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
  });

  it('of a batch that the client sent twice by itself is found again, though it looks stale', async () => {
    const twice = storeWith({
      append: async (...args) => {
        await store.append(...args);
        return store.append(...args);
      },
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
    const { handle } = instance(
      storeWith({ append: (...args) => (broken ? Promise.reject(lost()) : store.append(...args)) }),
    );
    await expect(handle(id, deposit(5))).rejects.toThrow(ServiceUnavailable);
    broken = false;
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done' });
  });
});

describe('an append whose outcome is unknown', () => {
  const lost = () => new ServiceUnavailable('Cosmos DB', { outcomeUnknown: true });
  const throttled = () => new ServiceUnavailable('Cosmos DB', { retryAfterMs: 10 });

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
    let appends = 0;
    const { handle } = instance(
      storeWith({ append: () => Promise.reject((appends += 1) === 1 ? lost() : throttled()) }),
    );
    await expect(handle(id, deposit(5))).rejects.toThrow(ServiceUnavailable);
    expect(await commitsOf(id)).toHaveLength(1);
  });

  it('takes effect late, and counts once', async () => {
    const id = await opening();
    let appends = 0;
    const { handle, committed } = instance(
      storeWith({
        async append(...args) {
          appends += 1;
          if (appends === 1) throw lost();
          // The first one takes effect only now.
          await store.append(...args);
          return store.append(...args);
        },
      }),
    );
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', replayed: false });
    expect([(await commitsOf(id)).length, committed.length]).toEqual([2, 1]);
  });
});

describe('a place that another instance has taken', () => {
  it('settles the one command whose id its commit bears, and no other', async () => {
    const id = await opening();
    const [one, other] = [instance(), instance()];
    await one.handle(id, deposit(1));
    const mine = keyed('mine');
    // The other instance gets the second of the two commands first.
    const theirs = await other.handle(id, deposit(7, mine));
    const [first, second] = await Promise.all([
      one.handle(id, deposit(5, keyed('own'))),
      one.handle(id, deposit(7, mine)),
    ]);
    expect(second).toEqual({ ...theirs, replayed: true });
    expect(first).toMatchObject({ outcome: 'done', replayed: false });
    expect((await commitsOf(id)).map(({ commandId }) => commandId).slice(2)).toEqual(['k:mine', 'k:own']);
  });

  it('costs a look at its commit, and no query', async () => {
    const id = await opening();
    const calls: string[] = [];
    const { handle } = instance(
      storeWith({
        loadNewest: (...args) => (calls.push('load'), store.loadNewest(...args)),
        commitAt: (...args) => (calls.push('look'), store.commitAt(...args)),
        append: (...args) => (calls.push('append'), store.append(...args)),
      }),
    );
    await handle(id, deposit(1));
    await instance().handle(id, deposit(2));
    calls.splice(0);
    expect(await handle(id, deposit(3))).toMatchObject({ outcome: 'done', commit: { version: 4 } });
    expect(calls).toEqual(['append', 'look', 'append']);
  });

  it('is not passed place by place: whoever is further behind loads the newest state', async () => {
    const id = await opening();
    const calls: string[] = [];
    const { handle } = instance(
      storeWith({
        loadNewest: (...args) => (calls.push('load'), store.loadNewest(...args)),
        commitAt: (...args) => (calls.push('look'), store.commitAt(...args)),
      }),
    );
    await handle(id, deposit(1));
    const other = instance();
    for (let amount = 1; amount <= 5; amount += 1) await other.handle(id, deposit(amount));
    calls.splice(0);
    expect(await handle(id, withdraw(16))).toMatchObject({ outcome: 'done', commit: { version: 8 } });
    expect(calls).toEqual(['look', 'load']);
  });
});

describe('a cached state', () => {
  it('is proved before a refusal by a look at the next place', async () => {
    const id = await opening();
    const calls: string[] = [];
    const counting = storeWith({
      loadNewest: (...args) => (calls.push('load'), store.loadNewest(...args)),
      commitAt: (...args) => (calls.push('look'), store.commitAt(...args)),
    });
    let now = Date.now();
    const { handle } = instance(counting, { now: () => now });
    await handle(id, deposit(1));
    calls.splice(0);
    expect(await handle(id, withdraw(5))).toMatchObject({ outcome: 'rejected' });
    expect(calls.splice(0)).toEqual(['look']);
    now += 60_000;
    expect(await handle(id, withdraw(5))).toMatchObject({ outcome: 'rejected' });
    expect(calls).toEqual(['load']);
  });
});

describe('commands that are too large', () => {
  const large = { actor: 'x'.repeat(400_000) };

  it('for one append together are appended one group after the other', async () => {
    const id = await opening();
    const sizes: number[] = [];
    const { handle } = instance(
      storeWith({ append: (commits, after) => (sizes.push(commits.length), store.append(commits, after)) }),
    );
    const outcomes = await Promise.all(Array.from({ length: 7 }, () => handle(id, deposit(1, large))));
    expect(outcomes.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(sizes).toEqual([1, 2, 2, 2]);
  });

  it('by themselves are refused, and their neighbours are not', async () => {
    const id = await opening();
    const { handle } = instance();
    const outcomes = await Promise.all([
      handle(id, deposit(1)),
      handle(id, deposit(1, { actor: 'x'.repeat(2_100_000) })),
      handle(id, deposit(1)),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'tooLarge', 'done']);
  });
});

describe('an append that is throttled', () => {
  it('fails at once, and is not made again', async () => {
    const id = await opening();
    let appends = 0;
    const throttled = new ServiceUnavailable('Cosmos DB', { retryAfterMs: 10 });
    const { handle } = instance(storeWith({ append: () => ((appends += 1), Promise.reject(throttled)) }));
    await expect(handle(id, deposit(5))).rejects.toBe(throttled);
    expect(appends).toBe(1);
  });
});

describe('a state', () => {
  it('that other code folded is folded again, and stored by the next command', async () => {
    const id = randomUUID();
    const commit = commitOf('account', id, 0, [opened()]);
    await store.append([commit], { state: { of: 'older code' }, stateVersion: 99 });
    expect(await instance().handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
    expect(await store.loadNewest(id)).toMatchObject({ state: { balance: 5 }, stateVersion: 1, version: 2 });
  });

  it('is the fold of the events, whatever was asked, and in what company', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.nat(20), fc.boolean()), { maxLength: 20 }),
        async (commands) => {
          const id = await opening(10);
          const [one, other] = [instance(), instance()];
          await Promise.all(
            commands.map(([first, amount, into]) =>
              (first ? one : other).handle(id, into ? deposit(amount + 1) : withdraw(amount + 1)),
            ),
          );
          const events = (await commitsOf(id)).flatMap(bankEventsOf) as AccountEvent[];
          const state = events.reduce(
            (current, event, index) => account.evolve(current, event, index + 1),
            account.initial,
          );
          expect(await store.loadNewest(id)).toMatchObject({ version: events.length, state });
        },
      ),
      { numRuns: 15 },
    ));
});
