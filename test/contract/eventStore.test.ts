import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosChangeFeed } from '../../adapters/cosmos/changeFeed.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import type { Head } from '../../application/eventStore.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const database = await cosmosForTests();
const events = database.container('events');
const store = cosmosEventStore(events);
const changeFeed = cosmosChangeFeed(events);

const headAfter = ({ version, occurredAt }: Commit): Head => ({
  aggregate: 'account',
  version,
  state: { status: 'unopened' },
  stateVersion: 1,
  occurredAt,
});
const etagOf = async (id: string) => {
  const loaded = await store.loadHead(id);
  if (!loaded) throw new Error('There is no head');
  return loaded.etag;
};
/** An aggregate with `count` commits of one event each. */
const begun = async (count = 1) => {
  const id = randomUUID();
  const commits: Commit[] = [];
  let etag: string | undefined;
  for (let version = 0; version < count; version += 1) {
    const commit = commitOf('account', id, version, [version === 0 ? opened() : deposited(1, version)]);
    const result = await store.append([commit], headAfter(commit), etag);
    if (result.outcome !== 'appended') throw new Error(result.outcome);
    etag = result.etag;
    commits.push(commit);
  }
  return { id, commits, etag: etag ?? '' };
};
const allCommits = async (id: string, after = 0, pageSize?: number) => {
  const pages: Commit[][] = [];
  for await (const page of store.readCommits(id, after, pageSize)) pages.push([...page]);
  return pages;
};

describe('an append', () => {
  it('begins an aggregate once', async () => {
    const { id } = await begun();
    const again = commitOf('account', id, 0, [opened()], { commandId: 'u:other' });
    expect(await store.append([again], headAfter(again), undefined)).toEqual({ outcome: 'stale' });
  });

  it('goes onto the head that was expected, and onto no other', async () => {
    const { id, etag } = await begun();
    const commit = commitOf('account', id, 1, [deposited(1, 1)]);
    expect(await store.append([commit], headAfter(commit), etag)).toMatchObject({ outcome: 'appended' });
    const late = commitOf('account', id, 1, [deposited(2, 2)], { commandId: 'u:late' });
    expect(await store.append([late], headAfter(late), etag)).toEqual({ outcome: 'stale' });
    expect((await allCommits(id)).flat()).toHaveLength(2);
  });

  it('is refused as a whole if one of its commands was here before', async () => {
    const { id, etag, commits } = await begun();
    const fresh = commitOf('account', id, 1, [deposited(1, 1)]);
    const used = commitOf('account', id, 2, [deposited(1, 2)], { commandId: commits[0]?.commandId ?? '' });
    expect(await store.append([fresh, used], headAfter(used), etag)).toEqual({
      outcome: 'commandUsed',
      commandId: used.commandId,
    });
    expect((await allCommits(id)).flat()).toEqual(commits);
    expect(await etagOf(id)).toBe(etag);
  });

  it('that is stale and used, both, is stale', async () => {
    const { id, commits, etag } = await begun(2);
    const used = commitOf('account', id, 1, [deposited(1, 1)], { commandId: commits[1]?.commandId ?? '' });
    expect(await store.append([used], headAfter(used), `${etag}x`)).toEqual({ outcome: 'stale' });
  });

  it('takes the same command id in another aggregate', async () => {
    const { commits } = await begun();
    const other = commitOf('account', randomUUID(), 0, [opened()], { commandId: commits[0]?.commandId ?? '' });
    expect(await store.append([other], headAfter(other), undefined)).toMatchObject({ outcome: 'appended' });
  });

  it('takes 99 commits at once', async () => {
    const { id, etag } = await begun();
    const commits = Array.from({ length: 99 }, (_, index) =>
      commitOf('account', id, index + 1, [deposited(1, index + 1)]),
    );
    const last = commits.at(-1);
    if (!last) throw new Error('No commits');
    expect(await store.append(commits, headAfter(last), etag)).toMatchObject({ outcome: 'appended' });
    expect((await allCommits(id)).flat()).toHaveLength(100);
  });

  it('by twenty at the same moment onto one head succeeds once', async () => {
    const { id, etag } = await begun();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const commit = commitOf('account', id, 1, [deposited(1, 1)], { commandId: `u:${index}` });
        return store.append([commit], headAfter(commit), etag);
      }),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'stale')).toHaveLength(19);
  });
});

describe('a head', () => {
  it('is read as it was written', async () => {
    const { id, commits, etag } = await begun();
    expect(await store.loadHead(id)).toEqual({ etag, head: commits[0] && headAfter(commits[0]) });
  });

  it('is not read again while it is unchanged', async () => {
    const { id, etag } = await begun(2);
    expect(await store.loadHeadIfChanged(id, etag)).toBe('unchanged');
    expect(await store.loadHeadIfChanged(id, '"another"')).toMatchObject({ etag, head: { version: 2 } });
  });

  it('of an unknown aggregate is not there', async () => expect(await store.loadHead(randomUUID())).toBeUndefined());
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
    await store.append([commit], headAfter(commit), undefined);
    expect((await allCommits(id, 2)).flat()).toEqual([commit]);
    expect(await allCommits(id, 3)).toEqual([]);
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
  });
});

describe('a fence', () => {
  it('keeps an aggregate from ever beginning', async () => {
    const id = randomUUID();
    expect(await store.fence(id)).toBe('fenced');
    expect(await store.fence(id)).toBe('fenced');
    const commit = commitOf('account', id, 0, [opened()]);
    expect(await store.append([commit], headAfter(commit), undefined)).toEqual({ outcome: 'stale' });
    expect(await store.loadHead(id)).toMatchObject({ head: 'fenced' });
    expect(await allCommits(id)).toEqual([]);
  });

  it('comes too late for one that has begun', async () => {
    const { id, commits } = await begun();
    expect(await store.fence(id)).toBe('exists');
    expect((await allCommits(id)).flat()).toEqual(commits);
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

  it('has every commit, those of one aggregate in order, and no head', async () => {
    const { id, commits } = await begun(5);
    const all = await readAll(undefined);
    expect(all.commits.filter((commit) => (commit as Commit).aggregateId === id)).toEqual(commits);
    expect(JSON.stringify(all.commits)).not.toContain('"head"');
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
