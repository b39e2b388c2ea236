import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosChangeFeed } from '../../adapters/cosmos/changeFeed.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { meter } from '../../adapters/telemetry/meter.ts';
import { maximumGroup, type Snapshot } from '../../application/eventStore.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { cosmosForTests, cosmosWithFaults } from '../support/cosmos.ts';

const database = await cosmosForTests();
const events = database.container('events');
const store = cosmosEventStore(events);
const changeFeed = cosmosChangeFeed(events);

const after = (version: number): Snapshot => ({ state: { status: 'open', version }, stateVersion: 1 });
const append = (...commits: Commit[]) => store.append(commits, after(commits.at(-1)?.version ?? 0));

/** An aggregate with `count` commits of one event each. */
const begun = async (count = 1) => {
  const id = randomUUID();
  const commits: Commit[] = [];
  for (let version = 0; version < count; version += 1) {
    const commit = commitOf('account', id, version, [version === 0 ? opened() : deposited(1, version)]);
    expect(await append(commit)).toEqual({ outcome: 'appended' });
    commits.push(commit);
  }
  return { id, commits };
};
const deposits = (id: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => commitOf('account', id, from + index, [deposited(1, from + index)]));
const allCommits = async (id: string, afterVersion = 0, pageSize?: number) => {
  const pages: Commit[][] = [];
  for await (const page of store.readCommits(id, afterVersion, pageSize)) pages.push([...page]);
  return pages;
};
const taken = { outcome: 'conflict', index: 0 };

describe('an append', () => {
  it('begins an aggregate once', async () => {
    const { id } = await begun();
    expect(await append(commitOf('account', id, 0, [opened()], { commandId: 'u:other' }))).toEqual(taken);
  });

  it('takes a free place, and no other', async () => {
    const { id } = await begun();
    expect(await append(commitOf('account', id, 1, [deposited(1, 1)]))).toEqual({ outcome: 'appended' });
    expect(await append(commitOf('account', id, 1, [deposited(2, 2)], { commandId: 'u:late' }))).toEqual(taken);
    expect((await allCommits(id)).flat()).toHaveLength(2);
  });

  it('collides with another one of the same version, however many events the two have', async () => {
    const { id } = await begun();
    const two = [deposited(1, 1), deposited(1, 2)];
    expect(await append(commitOf('account', id, 1, two))).toEqual({ outcome: 'appended' });
    expect(await append(commitOf('account', id, 1, [deposited(1, 1)], { commandId: 'u:late' }))).toEqual(taken);
  });

  it('is refused if its command was here before', async () => {
    const { id, commits } = await begun(2);
    const { commandId } = commits[1] ?? { commandId: '' };
    expect(await append(commitOf('account', id, 2, [deposited(1, 2)], { commandId }))).toEqual(taken);
    expect((await allCommits(id)).flat()).toEqual(commits);
  });

  it('of several is refused as a whole if one of its commands was here before', async () => {
    const { id, commits } = await begun();
    const fresh = commitOf('account', id, 1, [deposited(1, 1)]);
    const used = commitOf('account', id, 2, [deposited(1, 2)], { commandId: commits[0]?.commandId ?? '' });
    expect(await append(fresh, used)).toEqual({ outcome: 'conflict', index: 1 });
    expect((await allCommits(id)).flat()).toEqual(commits);
  });

  it('of several whose place is taken is refused as a whole', async () => {
    const { id, commits } = await begun(2);
    const late = deposits(id, 1, 3).map((commit) => ({ ...commit, commandId: `late${commit.commandId}` }));
    expect(await append(...late)).toEqual(taken);
    expect((await allCommits(id)).flat()).toEqual(commits);
  });

  it('takes the same command id in another aggregate', async () => {
    const { commits } = await begun();
    const { commandId } = commits[0] ?? { commandId: '' };
    expect(await append(commitOf('account', randomUUID(), 0, [opened()], { commandId }))).toEqual({
      outcome: 'appended',
    });
  });

  it('takes a hundred commits at once', async () => {
    const { id } = await begun();
    expect(await append(...deposits(id, 1, maximumGroup))).toEqual({ outcome: 'appended' });
    expect((await allCommits(id)).flat()).toHaveLength(101);
  });

  it('that is too large is told apart, alone and in a group', async () => {
    const { id } = await begun();
    const huge = (version: number) =>
      commitOf('account', id, version, [deposited(1, 1)], { actor: 'x'.repeat(2_100_000) });
    expect(await append(huge(1))).toEqual({ outcome: 'tooLarge' });
    expect(await append(huge(1), ...deposits(id, 2, 1))).toEqual({ outcome: 'tooLarge' });
    expect((await allCommits(id)).flat()).toHaveLength(1);
  });

  it('by twenty at the same moment to one place succeeds once', async () => {
    const { id } = await begun();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        append(commitOf('account', id, 1, [deposited(1, 1)], { commandId: `u:${index}` })),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(19);
  });
});

describe('the newest commit', () => {
  it('has the state after it', async () => {
    const { id, commits } = await begun(3);
    const { occurredAt } = commits[2] ?? { occurredAt: '' };
    expect(await store.loadNewest(id)).toEqual({ aggregate: 'account', version: 3, occurredAt, ...after(3) });
    expect(await store.newestVersion(id)).toBe(3);
  });

  it('has it also where it was appended with others', async () => {
    const { id } = await begun();
    await append(...deposits(id, 1, 10));
    expect(await store.loadNewest(id)).toMatchObject({ version: 11, ...after(11) });
  });

  it('of an unknown aggregate is not there', async () => {
    const id = randomUUID();
    expect(await store.loadNewest(id)).toBeUndefined();
    expect(await store.newestVersion(id)).toBe(0);
  });
});

describe('the commits of some versions', () => {
  const versionsOf = (commits: readonly Commit[]) => commits.map(({ version }) => version).sort((a, b) => a - b);

  it('are those that begin with them, with the states that they have', async () => {
    const { id, commits } = await begun(5);
    const found = await store.commitsWith(id, [1, 4]);
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        { ...commits[0], ...after(1) },
        { ...commits[3], ...after(4) },
      ]),
    );
  });

  it('are also those that have them further inside, each once', async () => {
    const { id } = await begun();
    const many = Array.from({ length: 5 }, (_, index) => deposited(1, index));
    await append(commitOf('account', id, 1, many));
    await append(commitOf('account', id, 6, many.slice(3)));
    expect(versionsOf(await store.commitsWith(id, [1, 4, 5, 8]))).toEqual([1, 6, 8]);
  });

  it('are many at once', async () => {
    const { id } = await begun();
    await append(...deposits(id, 1, 100));
    await append(...deposits(id, 101, 100));
    const versions = Array.from({ length: 150 }, (_, index) => index + 1);
    expect(versionsOf(await store.commitsWith(id, versions))).toEqual(versions);
  });

  it('are none of versions that are not there, nor a fence', async () => {
    const { id } = await begun(2);
    expect(await store.commitsWith(id, [])).toEqual([]);
    expect(versionsOf(await store.commitsWith(id, [2, 3, 9]))).toEqual([2]);
    const fenced = randomUUID();
    await store.fence(fenced);
    for (const unknown of [fenced, randomUUID()]) expect(await store.commitsWith(unknown, [1, 2])).toEqual([]);
  });
});

describe('the past', () => {
  it('is the commit of a version, and the one before it with its state', async () => {
    const { id, commits } = await begun(5);
    const found = await store.readPast(id, { version: 3 });
    expect(found).toEqual([
      { ...commits[1], ...after(2) },
      { ...commits[2], ...after(3) },
    ]);
  });

  it('begins with the first commit, or is empty', async () => {
    const { id, commits } = await begun(2);
    expect(await store.readPast(id, { version: 1 })).toEqual([{ ...commits[0], ...after(1) }]);
    expect(await store.readPast(randomUUID(), { version: 1 })).toEqual([]);
    expect(await store.readPast(id, { at: '2025-12-31T00:00:00.000Z' })).toEqual([]);
  });

  it('of a version within a commit is that commit', async () => {
    const { id } = await begun(2);
    const commit = commitOf('account', id, 2, [deposited(1, 1), deposited(1, 2), deposited(1, 3)]);
    await append(commit);
    const found = await store.readPast(id, { version: 4 });
    expect(found.map(({ version }) => version)).toEqual([2, 5]);
  });

  it('of a version within an append goes back to a commit with a state', async () => {
    const { id } = await begun(2);
    await append(...deposits(id, 2, 30));
    await append(...deposits(id, 32, 30));
    const found = await store.readPast(id, { version: 50 });
    expect(found[0]).toMatchObject({ version: 32, ...after(32) });
    expect(found.slice(1).every(({ stateVersion }) => stateVersion === undefined)).toBe(true);
    expect(found.at(-1)?.version).toBe(50);
  });

  it('of a version within the first append goes back to the beginning', async () => {
    const id = randomUUID();
    await append(commitOf('account', id, 0, [opened()]), ...deposits(id, 1, 20));
    const found = await store.readPast(id, { version: 10 });
    expect(found.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('at an instant has all commits that are not later', async () => {
    const { id } = await begun(4);
    const instant = '2026-01-01T00:00:02.500Z';
    expect((await store.readPast(id, { at: instant })).map(({ version }) => version)).toEqual([2, 3]);
    const same = deposits(id, 4, 3).map((commit) => ({ ...commit, occurredAt: '2026-01-02T00:00:00.000Z' }));
    await append(...same);
    const found = await store.readPast(id, { at: '2026-01-02T00:00:00.000Z' });
    expect(found.at(-1)).toMatchObject({ version: 7, ...after(7) });
  });
});

describe('commits', () => {
  it('are read oldest first, in pages, after a version', async () => {
    const { id, commits } = await begun(7);
    const pages = await allCommits(id, 2, 2);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(commits.slice(2));
  });

  it('of several events are there whole, also if only their last event is asked for', async () => {
    const id = randomUUID();
    const commit = commitOf('account', id, 0, [opened(), deposited(1, 1), deposited(1, 2)]);
    await append(commit);
    expect((await allCommits(id, 2)).flat()).toEqual([commit]);
    expect(await allCommits(id, 3)).toEqual([]);
  });

  it('are found by any version that they have, by one request', async () => {
    const { id, commits } = await begun();
    const commit = commitOf('account', id, 1, [deposited(1, 1), deposited(1, 2), deposited(1, 3)]);
    await append(commit);
    // An append of which only the last commit has a state.
    const group = deposits(id, 4, 3);
    await append(...group);
    const asked = async (version: number, aggregateId = id) => {
      const { found, trips } = await meter.measure(async (cost) => {
        const found = await store.commitWith(aggregateId, version);
        return { found, trips: cost.trips };
      });
      expect(trips).toBe(1);
      return found;
    };
    expect(await asked(1)).toEqual(commits[0]);
    for (const version of [2, 3, 4]) expect(await asked(version)).toEqual(commit);
    expect(await asked(5)).toEqual(group[0]);
    expect(await asked(6)).toEqual(group[1]);
    for (const version of [8, 99]) expect(await asked(version)).toBeUndefined();
    expect(await asked(1, randomUUID())).toBeUndefined();
    const fenced = randomUUID();
    await store.fence(fenced);
    expect(await asked(1, fenced)).toBeUndefined();
  });

  it('are found by the version of their first event', async () => {
    const { id, commits } = await begun();
    const commit = commitOf('account', id, 1, [deposited(1, 1), deposited(1, 2)]);
    await append(commit);
    expect(await store.commitAt(id, 1)).toEqual(commits[0]);
    expect(await store.commitAt(id, 2)).toEqual(commit);
    expect(await store.commitAt(id, 3)).toBeUndefined();
    expect(await store.commitAt(id, 4)).toBeUndefined();
  });

  it('are found by their command', async () => {
    const { id, commits } = await begun(3);
    expect(await store.findCommit(id, commits[1]?.commandId ?? '')).toEqual(commits[1]);
    expect(await store.findCommit(id, 'u:unknown')).toBeUndefined();
    expect(await store.findCommit(randomUUID(), commits[1]?.commandId ?? '')).toBeUndefined();
  });

  it('that are none stop their reader', async () => {
    const { id } = await begun();
    await events.items.create({ id: '000000000002', aggregateId: id, commandId: 'u:rubbish', version: 2 });
    await expect(allCommits(id)).rejects.toThrow(UnreadableEvent);
    await expect(store.commitAt(id, 2)).rejects.toThrow(UnreadableEvent);
  });

  it('are counted', async () => {
    const before = await store.countCommits();
    await begun(3);
    expect(await store.countCommits()).toBeGreaterThanOrEqual(before + 3);
    expect(await store.isEmpty()).toBe(false);
  });

  it('are counted without fences', async () => {
    const [{ database: own }, id] = [await cosmosWithFaults(), randomUUID()];
    const empty = cosmosEventStore(own.container('events'));
    await empty.fence(id);
    expect([await empty.countCommits(), await empty.isEmpty()]).toEqual([0, true]);
  });
});

describe('the list of aggregates', () => {
  const listAll = async () => {
    const found: string[] = [];
    let continuation: string | undefined;
    do {
      const page = await store.listAggregates(continuation);
      found.push(...page.aggregates.map(({ aggregateId }) => aggregateId));
      continuation = page.continuation;
    } while (continuation !== undefined);
    return found;
  };

  it('has each that has begun once, and no fenced one', async () => {
    const [one, other, fenced] = [await begun(3), await begun(), randomUUID()];
    await store.fence(fenced);
    const listed = await listAll();
    expect(listed.filter((id) => id === one.id || id === other.id)).toHaveLength(2);
    expect(listed).not.toContain(fenced);
  });
});

describe('a fence', () => {
  it('keeps an aggregate from ever beginning', async () => {
    const id = randomUUID();
    expect(await store.fence(id)).toBe('fenced');
    expect(await store.fence(id)).toBe('fenced');
    expect(await append(commitOf('account', id, 0, [opened()]))).toEqual(taken);
    expect(await append(commitOf('account', id, 0, [opened()]), ...deposits(id, 1, 1))).toEqual(taken);
  });

  it('is taken for a commit by no reader', async () => {
    const id = randomUUID();
    await store.fence(id);
    expect(await store.loadNewest(id)).toBe('fenced');
    expect(await store.commitAt(id, 1)).toBe('fenced');
    expect(await store.newestVersion(id)).toBe(0);
    expect(await store.findCommit(id, 'fence')).toBeUndefined();
    expect(await store.readPast(id, { version: 1 })).toEqual([]);
    expect(await store.readPast(id, { at: '2027-01-01T00:00:00.000Z' })).toEqual([]);
    expect(await allCommits(id)).toEqual([]);
  });

  it('comes too late for one that has begun', async () => {
    const { id, commits } = await begun();
    expect(await store.fence(id)).toBe('exists');
    expect((await allCommits(id)).flat()).toEqual(commits);
  });

  it('and a first commit at the same moment exclude each other', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const id = randomUUID();
        const [fence, result] = await Promise.all([store.fence(id), append(commitOf('account', id, 0, [opened()]))]);
        return [fence, result.outcome];
      }),
    );
    for (const outcome of outcomes)
      expect([
        ['fenced', 'conflict'],
        ['exists', 'appended'],
      ]).toContainEqual(outcome);
  });
});

describe('the change feed', () => {
  const readAll = async (from: string | undefined) => {
    const commits: unknown[] = [];
    let position = from;
    for (;;) {
      const page = await changeFeed.read(position);
      commits.push(...page.commits);
      position = page.position;
      if (page.end) return { commits, position };
    }
  };

  it('has every commit, those of one aggregate in order, and no fence', async () => {
    await store.fence(randomUUID());
    const { id, commits } = await begun(5);
    const all = await readAll(undefined);
    expect(all.commits.filter((commit) => (commit as Commit).aggregateId === id)).toEqual(commits);
    expect(JSON.stringify(all.commits)).not.toContain('fence');
  });

  it('goes on where it ended', async () => {
    await begun(2);
    const { position } = await readAll(undefined);
    const { id, commits } = await begun(3);
    const { commits: later } = await readAll(position);
    expect(later.filter((commit) => (commit as Commit).aggregateId === id)).toEqual(commits);
  });

  it('hands out what is no commit, and goes on', async () => {
    const { position } = await readAll(undefined);
    const rubbish = { id: '000000000009', aggregateId: randomUUID(), commandId: 'u:rubbish', version: 'nine' };
    await events.items.create(rubbish);
    const { id } = await begun();
    const { commits } = await readAll(position);
    expect(commits).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ document: expect.objectContaining(rubbish) as unknown }),
        expect.objectContaining({ aggregateId: id }),
      ]),
    );
  });
});
