import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EventStore } from '../../application/eventStore.ts';
import { AheadOfStore } from '../../application/history.ts';
import type { Commit, RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { historyOf } from '../support/history.ts';

const id = randomUUID();
const commits = [
  commitOf('account', id, 0, [opened(), deposited(1, 1)]),
  commitOf('account', id, 2, [deposited(1, 2)]),
  commitOf('account', id, 3, [deposited(1, 3)]),
];
const unreadable = commitOf('account', id, 2, [deposited(1, 2)]);
for (const event of unreadable.events) event.type = 'Nothing';

type Store = Pick<EventStore, 'readCommits' | 'commitAt'>;
/** A store that has these pages of commits, whatever version it is asked for. */
const storeOf = (...pages: readonly (readonly Commit[])[]): Store => ({
  async *readCommits() {
    yield* await Promise.resolve(pages);
  },
  commitAt: (_, version) => Promise.resolve(pages.flat().find(({ events }) => events[0]?.version === version)),
});
const versionsOf = (events: readonly RecordedEvent[]) => events.map(({ version }) => version);
/** The versions in each page, and the error after them. */
const read = async (store: Store, afterVersion = 0) => {
  const pages: number[][] = [];
  try {
    for await (const page of historyOf(store).pages(id, afterVersion)) pages.push(versionsOf(page));
  } catch (error) {
    return { pages, error };
  }
  return { pages };
};

describe('the pages of a history', () => {
  it('are those of the store', async () =>
    expect(await read(storeOf(commits.slice(0, 2), commits.slice(2)))).toEqual({ pages: [[1, 2, 3], [4]] }));

  it('begin in the middle of a commit, and none is empty', async () => {
    expect(await read(storeOf(commits), 1)).toEqual({ pages: [[2, 3, 4]] });
    expect(await read(storeOf(commits.slice(0, 1), commits.slice(1)), 2)).toEqual({ pages: [[3, 4]] });
  });

  it('end before an event that cannot be read, and the reader learns of it after them', async () => {
    const [begun, , last] = commits as [Commit, Commit, Commit];
    const error = expect.any(UnreadableEvent) as unknown;
    expect(await read(storeOf([begun, unreadable, last]))).toEqual({ pages: [[1, 2]], error });
    expect(await read(storeOf([begun], [unreadable, last]))).toEqual({ pages: [[1, 2]], error });
    expect(await read(storeOf([unreadable, last]), 2)).toEqual({ pages: [], error });
  });
});

describe('the next events of a history', () => {
  it('are one page, or none where there are no more', async () => {
    const history = historyOf(storeOf(commits.slice(0, 1), commits.slice(1)));
    expect(versionsOf(await history.next(id, 0))).toEqual([1, 2]);
    expect(versionsOf(await history.next(id, 4))).toEqual([]);
  });

  it('are those before one that cannot be read, which stops its reader once it is the next', async () => {
    const history = historyOf(storeOf([...commits.slice(0, 1), unreadable]));
    expect(versionsOf(await history.next(id, 0))).toEqual([1, 2]);
    await expect(history.next(id, 2)).rejects.toThrow(UnreadableEvent);
  });
});

describe('the first event of a history', () => {
  /** A store that tells how often somebody asks for a commit. */
  const counted = (found: Awaited<ReturnType<Store['commitAt']>>) => {
    const asked: number[] = [];
    const commitAt = (_: string, version: number) => (asked.push(version), Promise.resolve(found));
    return { asked, history: historyOf({ ...storeOf(), commitAt }) };
  };

  it.each([
    ['its event', commits[0]],
    ['that it never can begin', 'fenced' as const],
  ])('is read once, unless a reader wants the request: %s', async (_, found) => {
    const { asked, history } = counted(found);
    const expected = found === 'fenced' ? found : (expect.objectContaining({ type: 'AccountOpened' }) as unknown);
    for (let time = 0; time < 3; time += 1) expect(await history.beginning(id)).toEqual(expected);
    expect(asked).toEqual([1]);
    for (let time = 0; time < 2; time += 1) expect(await history.readBeginning(id)).toEqual(expected);
    expect(asked).toEqual([1, 1, 1]);
  });

  it('is asked for again as long as there is none', async () => {
    const { asked, history } = counted(undefined);
    for (let time = 0; time < 2; time += 1) expect(await history.beginning(id)).toBeUndefined();
    expect(asked).toEqual([1, 1]);
  });

  it('is not read where this instance appended it', async () => {
    const { asked, history } = counted(undefined);
    history.remember(commits);
    expect(await history.beginning(id)).toMatchObject({ type: 'AccountOpened', version: 1 });
    expect(asked).toEqual([]);
  });

  it('is the one that began the aggregate', async () =>
    expect(await historyOf(storeOf(commits)).first(id)).toMatchObject({ type: 'AccountOpened', version: 1 }));

  it('is awaited from a store that does not have it', async () => {
    const first = historyOf(storeOf()).first(id);
    await expect(first).rejects.toThrow(AheadOfStore);
    await expect(first).rejects.toThrow(`The event store does not have version 1 of ${id}`);
  });
});
