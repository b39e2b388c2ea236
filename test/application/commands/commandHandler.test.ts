import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { commandHandler } from '../../../application/commands/commandHandler.ts';
import { account } from '../../../domain/account/account.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import { bankEventsOf } from '../../../domain/registry.ts';
import type { RecordedEvent } from '../../../eventSourcing/commit.ts';
import { accountHandlers, deposit, open, withdraw } from '../../support/accountHandlers.ts';
import { commitOf, eur, opened } from '../../support/bank.ts';
import { keyed } from '../../support/commandRequest.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { recordingStore } from '../../support/recordingStore.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const { appending, commitsOf, instance, opening, storeWith } = accountHandlers(store);

describe('a command', () => {
  it('is committed, and handed on to be published, once', async () => {
    const id = await opening();
    const { handle, committed } = instance();
    expect(await handle(id, deposit(5))).toMatchObject({ outcome: 'done', replayed: false, commit: { version: 2 } });
    expect(committed).toEqual((await commitsOf(id)).slice(1));
  });

  it('takes one request when the state is known, and two when it is not', async () => {
    const id = await opening();
    const { eventStore, calls } = recordingStore(store);
    const { handle } = instance(eventStore);
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
    const { handle: behind } = commandHandler(account, {
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
    expect(await handle(id, deposit(1, { expectedVersions: 'any' }))).toMatchObject({ outcome: 'done' });
  });

  it.each([[[1]], [[]], ['any']] as const)('that expects %j begins nothing', async (expectedVersions) => {
    const id = randomUUID();
    const { handle } = instance();
    expect(await handle(id, open({ expectedVersions }))).toEqual({ outcome: 'versionMismatch', version: 0 });
    expect(await handle(id, deposit(1, { expectedVersions }))).toMatchObject({ rejection: { code: 'AccountNotOpen' } });
    expect(await handle(id, open())).toMatchObject({ outcome: 'done' });
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
    const { handle, pauses } = instance(appending(() => Promise.resolve({ outcome: 'conflict', index: 0 })));
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
    const { eventStore, calls } = recordingStore(store);
    const { handle } = instance(eventStore);
    await handle(id, deposit(1));
    await instance().handle(id, deposit(2));
    calls.splice(0);
    expect(await handle(id, deposit(3))).toMatchObject({ outcome: 'done', commit: { version: 4 } });
    expect(calls).toEqual(['append', 'look', 'append']);
  });

  it('is not passed place by place: whoever is further behind loads the newest state', async () => {
    const id = await opening();
    const { eventStore, calls } = recordingStore(store, ['loadNewest', 'commitAt']);
    const { handle } = instance(eventStore);
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
    const { eventStore, calls } = recordingStore(store);
    let now = Date.now();
    const { handle } = instance(eventStore, { now: () => now });
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

describe('a state', () => {
  it('that other code folded is folded again, and stored by the next command', async () => {
    const id = randomUUID();
    const commit = commitOf('account', id, 0, [opened()]);
    await store.append([commit], { state: { of: 'older code' }, stateVersion: 99 });
    expect(await instance().handle(id, deposit(5))).toMatchObject({ outcome: 'done', commit: { version: 2 } });
    expect(await store.loadNewest(id)).toMatchObject({
      state: { balance: 5 },
      stateVersion: account.stateVersion,
      version: 2,
    });
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
          const events = (await commitsOf(id)).flatMap(bankEventsOf) as RecordedEvent<AccountEvent>[];
          const state = events.reduce(
            (current, event) => account.evolve(current, event, event.version, event.occurredAt),
            account.initial,
          );
          expect(await store.loadNewest(id)).toMatchObject({ version: events.length, state });
        },
      ),
      { numRuns: 15 },
    ));
});
