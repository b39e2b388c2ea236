import { beforeEach, describe, expect, it } from 'vitest';
import { cosmosParking } from '../../adapters/cosmos/parking.ts';
import type { ParkedMessage } from '../../application/subscriptions/ports.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const database = await cosmosForTests();
let now = Date.UTC(2026, 0, 1);
const parking = cosmosParking(database.container('parked'), { now: () => now });

const park = (listener: string, messageId: string) =>
  parking.park(listener, { messageId, reason: 'no', body: 'poison' });
const nameOf = ({ listener, messageId }: ParkedMessage) => `${listener} ${messageId}`;
/** All, page after page; `between` happens after each page. */
const inPages = async (listener: string | undefined, limit: number, between?: () => Promise<void>) => {
  const seen: ParkedMessage[] = [];
  for (;;) {
    const page = await parking.list(listener, limit, seen.at(-1));
    seen.push(...page);
    if (page.length < limit) return seen.map(nameOf);
    await between?.();
  }
};

beforeEach(async () => {
  for (const message of await parking.list(undefined, 1_000)) await parking.remove(message);
});

describe('parked messages', () => {
  it('come the longest parked first', async () => {
    for (const messageId of ['c', 'a', 'b']) {
      now += 1_000;
      await park('accounts', messageId);
    }
    now += 1_000;
    await park('accounts', 'c');
    expect(await inPages('accounts', 10)).toEqual(['accounts a', 'accounts b', 'accounts c']);
  });

  it.each([1, 2, 3, 100])(
    'have pages of %i that show each once, though all were parked at the same moment',
    async (limit) => {
      for (const messageId of ['a', 'b', 'c']) {
        for (const listener of ['accounts', 'customers', 'relay']) await park(listener, messageId);
      }
      const names = await inPages(undefined, limit);
      expect(names.toSorted()).toEqual(
        ['accounts', 'customers', 'relay'].flatMap((name) => ['a', 'b', 'c'].map((id) => `${name} ${id}`)),
      );
      expect((await inPages('customers', limit)).toSorted()).toEqual(['customers a', 'customers b', 'customers c']);
    },
  );

  it('have pages that stand still while those that were seen go, and others come', async () => {
    for (const messageId of ['a', 'b', 'c', 'd']) {
      now += 1_000;
      await park('accounts', messageId);
    }
    let come = 0;
    const names = await inPages('accounts', 2, async () => {
      const [first] = await parking.list('accounts', 1);
      if (first) await parking.remove(first);
      now += 1_000;
      if (come < 2) await park('accounts', `later ${(come += 1)}`);
    });
    expect(names).toEqual(['a', 'b', 'c', 'd', 'later 1', 'later 2'].map((id) => `accounts ${id}`));
  });

  it('follow one that is gone', async () => {
    for (const messageId of ['a', 'b', 'c']) {
      now += 1_000;
      await park('accounts', messageId);
    }
    const [, second] = await parking.list('accounts', 2);
    if (!second) throw new Error('There are two');
    await parking.remove(second);
    expect((await parking.list('accounts', 10, second)).map(nameOf)).toEqual(['accounts c']);
  });
});

describe('messages that somebody may send in any number', () => {
  const tally = (reason: string, messageId: string, count: number) =>
    parking.tally('accounts', { messageId, reason, body: { poison: messageId } }, count);

  it('are one item for each reason and minute: the first as an example, and a count', async () => {
    now = Date.UTC(2026, 0, 1);
    await Promise.all(Array.from({ length: 20 }, () => tally('forged', 'a', 5)));
    await tally('unsigned', 'b', 1);
    now += 59_999;
    await tally('forged', 'c', 7);
    now += 1;
    await tally('forged', 'd', 1);
    const items = (await parking.list('accounts', 10)).map(({ reason, messageId, count }) => [
      reason,
      messageId,
      count,
    ]);
    expect(items.toSorted()).toEqual([
      ['forged', 'a', 107],
      ['forged', 'd', 1],
      ['unsigned', 'b', 1],
    ]);
  });

  it('are removed as one', async () => {
    await tally('forged', 'a', 5);
    const [item] = await parking.list('accounts', 10);
    if (!item) throw new Error('There is one');
    expect(await parking.load('accounts', item.id)).toMatchObject({ body: { poison: 'a' }, count: 5 });
    await parking.remove(item);
    expect(await parking.list('accounts', 10)).toEqual([]);
  });
});
