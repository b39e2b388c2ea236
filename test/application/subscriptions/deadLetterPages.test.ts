import { describe, expect, it } from 'vitest';
import { createDeadLetters, letterPlace } from '../../../application/subscriptions/deadLetters.ts';
import type { DeadLetter, ParkedMessage } from '../../../application/subscriptions/ports.ts';

/** `parked` are at their moments, `queues` have their sequence numbers. */
const lettersOf = (parked: readonly ParkedMessage[], queues: Readonly<Record<string, readonly DeadLetter[]>>) => {
  const peeked: string[] = [];
  const listed = createDeadLetters({
    eventStore: { readCommits: () => expect.unreachable('Nobody resubmits') },
    parking: {
      park: () => Promise.resolve(),
      load: () => Promise.resolve(undefined),
      remove: () => Promise.resolve(),
      list: (of, limit, after) =>
        Promise.resolve(
          parked
            .filter((each) => of === undefined || each.listener === of)
            .filter(({ parkedAt }) => after === undefined || parkedAt > after.parkedAt)
            .slice(0, limit),
        ),
    },
    queues: {
      take: () => Promise.resolve(0),
      peek(name, limit, after = '0') {
        peeked.push(name);
        const letters = queues[name] ?? [];
        return Promise.resolve(letters.filter((each) => Number(each.sequenceNumber) > Number(after)).slice(0, limit));
      },
    },
    topic: { sendCopies: () => Promise.resolve([]) },
    listeners: [],
    subscriptions: Object.keys(queues),
    newId: () => '',
    log: () => undefined,
  });
  return { ...listed, peeked };
};
const parkedAt = (moment: number, of = 'accounts'): ParkedMessage => ({
  ...{ messageId: `p${moment}`, id: `p${moment}`, listener: of, parkedAt: `0${moment}`, etag: '' },
  ...{ reason: 'no', body: 'x', text: 'x' },
});
const letterOf = (messageId: string, sequenceNumber: number): DeadLetter => ({
  ...{ messageId, sequenceNumber: String(sequenceNumber), reason: 'tired', description: undefined, body: 'x' },
});
const many = () =>
  lettersOf([parkedAt(1), parkedAt(2, 'customers'), parkedAt(3)], {
    customers: [letterOf('c1', 1), letterOf('c2', 2)],
    accounts: [letterOf('a4', 4), letterOf('a7', 7)],
    transactions: [letterOf('t1', 1)],
  });
/** The ids of each page. */
const pagesOf = async (letters: ReturnType<typeof many>, limit: number, of?: string) => {
  const pages: string[][] = [];
  for (let after; ;) {
    const { items, next } = await letters.list(of, limit, after);
    pages.push(items.map(({ messageId }) => messageId));
    if (next === undefined) return pages;
    // A cursor brings it back like this.
    after = letterPlace.parse(JSON.parse(JSON.stringify(next)));
  }
};
const all = ['p1', 'p2', 'p3', 'a4', 'a7', 'c1', 'c2', 't1'];

describe('a page of what could not be applied', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('has %i items at most, what is parked first', async (limit) => {
    const pages = await pagesOf(many(), limit);
    expect(pages.flat()).toEqual(all);
    expect(pages).toHaveLength(Math.ceil(all.length / limit));
    expect(new Set(pages.slice(0, -1).map(({ length }) => length))).toEqual(new Set(limit < all.length ? [limit] : []));
  });

  it.each([1, 2, 3, 4])('is of one subscription where that is asked for, %i at a time', async (limit) => {
    expect((await pagesOf(many(), limit, 'accounts')).flat()).toEqual(['p1', 'p3', 'a4', 'a7']);
    expect((await pagesOf(many(), limit, 'relay')).flat()).toEqual([]);
  });

  it('asks no queue that it shows nothing of', async () => {
    const letters = many();
    await letters.list(undefined, 2);
    expect(letters.peeked).toEqual([]);
    const { next } = await letters.list(undefined, 4);
    expect(letters.peeked).toEqual(['accounts']);
    await letters.list(undefined, 1, next);
    expect(letters.peeked).toEqual(['accounts', 'accounts', 'customers']);
  });

  it('goes on behind where the one before ended, though that subscription is there no more', async () => {
    const next = { state: 'deadLettered', subscription: 'bills', sequenceNumber: '5' } as const;
    const { items } = await many().list(undefined, 10, next);
    expect(items.map(({ messageId }) => messageId)).toEqual(['c1', 'c2', 't1']);
  });
});
