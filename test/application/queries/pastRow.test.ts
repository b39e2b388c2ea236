import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { maximumGroup, type Past } from '../../../application/eventStore.ts';
import { pastRow } from '../../../application/queries/pastRow.ts';
import { account } from '../../../domain/account/account.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import type { Commit, RecordedEvent } from '../../../eventSourcing/commit.ts';
import { accounts, type AccountRow } from '../../../projections/accounts.ts';
import { commitOf, created, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const events = database.container('events');
const store = cosmosEventStore(events);

const sources = { eventStore: store, history: historyOf(store) };
const read = (id: string, past: Past) => pastRow(sources, accounts, account, id, past);

/** Commits that are appended together, at one instant. */
type Group = {
  readonly second: number;
  /** How many events each commit has. */
  readonly commits: readonly number[];
  readonly stateVersion: number;
};

const instant = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

/** An account with these commits, of which the first opens it; and its row after each of its events. */
const accountWith = async (groups: readonly Group[]) => {
  const id = randomUUID();
  const rows: AccountRow[] = [];
  let { initial: state } = account;
  let version = 0;
  for (const { second, commits, stateVersion } of groups) {
    const group: Commit[] = [];
    for (const count of commits) {
      const from = version + 1;
      const moved = Array.from({ length: count }, (_, index): AccountEvent =>
        from + index === 1 ? opened() : deposited(1, from + index - 1),
      );
      const commit = commitOf('account', id, version, moved, { occurredAt: instant(second) });
      for (const event of bankRegistry.eventsOf(commit)) {
        rows.push(accounts.evolve(rows.at(-1), event));
        state = account.evolve(state, event as RecordedEvent<AccountEvent>, event.version, event.occurredAt);
      }
      group.push(commit);
      version = commit.version;
    }
    // Code of another state version folded another state.
    const after = stateVersion === account.stateVersion ? state : { other: true };
    expect(await store.append(group, { state: after, stateVersion })).toEqual({ outcome: 'appended' });
  }
  return { id, rows };
};

const groups = fc
  .array(
    fc.record({
      pause: fc.nat(2),
      commits: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
      stateVersion: fc.constantFrom(account.stateVersion, account.stateVersion, account.stateVersion + 1),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((all) => {
    let second = 0;
    return all.map(({ pause, ...group }): Group => ({ ...group, second: (second += pause) }));
  });
const ofOneEach = (count: number): Group[] =>
  Array.from({ length: count }, (_, second) => ({ second, commits: [1], stateVersion: account.stateVersion }));

describe('an account in the past', () => {
  it('is what the view showed after each version, and at each instant, however its commits came', async () => {
    const property = fc.asyncProperty(groups, async (all) => {
      const { id, rows } = await accountWith(all);
      for (const [index, row] of rows.entries()) {
        expect(await read(id, { version: index + 1 })).toEqual({ row, version: index + 1 });
      }
      expect(await read(id, { version: rows.length + 1 })).toBeUndefined();
      for (let second = -1; second <= (all.at(-1)?.second ?? 0) + 1; second += 1) {
        const version = 1 + rows.findLastIndex(({ updatedAt }) => updatedAt <= instant(second));
        const expected = version === 0 ? undefined : { row: rows[version - 1], version };
        expect(await read(id, { at: instant(second) })).toEqual(expected);
      }
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it('is there at each version of the largest append', async () => {
    const commits = Array.from({ length: maximumGroup }, () => 1);
    const { id, rows } = await accountWith([
      ...ofOneEach(3),
      { second: 3, commits, stateVersion: account.stateVersion },
    ]);
    for (const version of [1, 3, 4, 5, 101, 102, 103]) {
      expect(await read(id, { version })).toEqual({ row: rows[version - 1], version });
    }
    expect(await read(id, { at: instant(3) })).toMatchObject({ version: 103 });
  });

  it('is not there at a version that is still to come, nor before it was opened', async () => {
    const { id } = await accountWith(ofOneEach(2));
    for (const version of [3, 999_999_999_999, 999_999_999_999_999]) {
      expect(await read(id, { version })).toBeUndefined();
    }
    expect(await read(id, { at: instant(-1) })).toBeUndefined();
  });

  it('is not there for the id of a customer, of nobody, or of somebody who never can be', async () => {
    const [customerId, fenced] = [randomUUID(), randomUUID()];
    await store.append([commitOf('customer', customerId, 0, [created])], { state: {}, stateVersion: 1 });
    await store.fence(fenced);
    for (const id of [customerId, randomUUID(), fenced]) {
      expect(await read(id, { version: 1 })).toBeUndefined();
      expect(await read(id, { at: instant(9) })).toBeUndefined();
    }
  });

  it('is unreadable where a commit is missing', async () => {
    const { id } = await accountWith([...ofOneEach(2), { second: 3, commits: [1, 1, 1], stateVersion: 1 }]);
    await events.item('000000000003', id).delete();
    await expect(read(id, { version: 4 })).rejects.toThrow('before version 4 is missing');
  });
});

describe('the past costs', () => {
  /** To an instance that knows how the account began. */
  const costOf = async (id: string, past: Past) => {
    await sources.history.beginning(id);
    return meter.measure(async (cost) => {
      expect(await read(id, past)).toBeDefined();
      return { trips: cost.trips, units: Math.round(cost.units) };
    });
  };

  it.each([10, 300])('one request at any version and instant of %i events', async (count) => {
    const { id } = await accountWith(ofOneEach(count));
    for (const version of [1, 2, count / 2, count]) {
      expect(await costOf(id, { version })).toEqual({ trips: 1, units: 6 });
      expect(await costOf(id, { at: instant(version - 1) })).toEqual({ trips: 1, units: 6 });
    }
  });

  it.each([10, 300])('two requests within an append of several commits, after %i events', async (count) => {
    const group = { second: count, commits: [1, 1, 1, 1], stateVersion: account.stateVersion };
    const { id } = await accountWith([...ofOneEach(count), group]);
    const trips: number[] = [];
    for (const added of [1, 2, 3, 4]) trips.push((await costOf(id, { version: count + added })).trips);
    expect(trips).toEqual([1, 2, 2, 1]);
    expect((await costOf(id, { at: instant(count) })).trips).toBe(1);
  });
});
