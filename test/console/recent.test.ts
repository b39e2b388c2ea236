import { expect, it } from 'vitest';
import { commandsOf, readBack, readOn } from '../../console/pages/flow/recent.ts';
import type { Moved } from '../../console/api/subjects.ts';

const most = 200;
const now = Date.now();
const moved = (index: number, ms: number): Moved => ({
  ...{ id: `a:${index}`, type: 'MoneyDeposited', aggregate: 'account', aggregateId: 'a', version: index },
  ...{ at: new Date(now - ms).toISOString(), correlationId: `t${index}` },
});

/** A feed with a command each so many milliseconds, of which one look shows the oldest ones. */
const feed = (everyMs: number) => {
  const stored = Array.from({ length: Math.floor(3_600_000 / everyMs) }, (_, index) => moved(index, index * everyMs));
  const asked: string[] = [];
  const read = (since: string) => {
    asked.push(since);
    const found = stored.filter(({ at }) => Date.parse(at) >= Date.parse(since)).toReversed();
    return Promise.resolve({ data: { moved: found.slice(0, most), next: 'next' }, response: new Response() });
  };
  return { read, asked };
};

it('shows the newest commands, however many there were in the last ten minutes', async () => {
  const { read, asked } = feed(100);
  const { data } = await readBack(read, 30);
  expect(commandsOf(data?.moved ?? [])[0]?.correlationId).toBe('t0');
  expect(asked).toHaveLength(1);
});

it('goes back for ten minutes where little happens', async () => {
  const { data } = await readBack(feed(110_000).read, 30);
  expect(commandsOf(data?.moved ?? []).map(({ correlationId }) => correlationId)).toEqual([
    't0',
    't1',
    't2',
    't3',
    't4',
    't5',
  ]);
});

it('goes back where the bank refuses an instant because the clock of the browser is ahead, and says every other refusal', async () => {
  const { read } = feed(1_000);
  const refuse = (status: number) => Promise.resolve({ error: {}, response: new Response(undefined, { status }) });
  const isAhead = (since: string) => Date.parse(since) > now - 50_000;
  const { data } = await readBack((since) => (isAhead(since) ? refuse(400) : read(since)), 30);
  expect(data?.moved.length).toBeGreaterThan(30);
  for (const status of [400, 503]) expect((await readBack(() => refuse(status), 30)).response.status).toBe(status);
});

it('goes on from where it was, and forgets what is too old to show', async () => {
  const known = { moved: [moved(1, 700_000), moved(2, 500_000)], next: 'here' };
  const asked: string[] = [];
  const { data } = await readOn(known, (from) => {
    asked.push(from);
    return Promise.resolve({ data: { moved: [moved(3, 0)], next: 'there' }, response: new Response() });
  });
  expect(asked).toEqual(['here']);
  expect(data).toEqual({ moved: [moved(2, 500_000), moved(3, 0)], next: 'there' });
});

it('an event that comes twice is of one command, which has the time of its first event', () => {
  const [first, second] = [moved(1, 20), { ...moved(2, 10), correlationId: 't1' }];
  expect(commandsOf([second, first, second])).toEqual([{ correlationId: 't1', first, count: 2 }]);
});
