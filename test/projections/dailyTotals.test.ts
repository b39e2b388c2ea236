import { describe, expect, it } from 'vitest';
import { bankEventsOf } from '../../domain/registry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { addEntry } from '../../eventSourcing/view.ts';
import type { Group, SumsRoute } from '../../eventSourcing/viewRoute.ts';
import { calendarOf } from '../../projections/bankTimeZone.ts';
import { dailyTotalsBy } from '../../projections/dailyTotals.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';

const viewIn = (zone: string) => dailyTotalsBy(calendarOf(zone));

/** Deposits into one account, one at each of these instants. */
const depositsAt = (...instants: readonly string[]): RecordedEvent[] => {
  const commit = commitOf('account', 'a', 0, [opened(), ...instants.map((_, index) => deposited(1, index + 1))]);
  return bankEventsOf(commit).map((event, index) => ({
    ...event,
    occurredAt: new Date(instants[index - 1] ?? '1970-01-01').toISOString(),
  }));
};

type Entry = { readonly day: string; readonly timeZone: string; readonly currency: string; readonly count: number };

/** What the store holds after each event was folded by a view; the fold goes on where it ended before. */
const fold = (
  view: ReturnType<typeof viewIn>,
  events: readonly RecordedEvent[],
  from: Stored = { entries: {} },
): Stored =>
  events.reduce<Stored>(({ row: before, entries }, event) => {
    const row = view.evolve(before, event);
    const added = new Map<string, unknown>(Object.entries(entries));
    for (const each of view.entriesOf?.(event, before, row) ?? []) addEntry(added, each);
    return { row, entries: Object.fromEntries(added) as Stored['entries'] };
  }, from);
type Stored = { row?: Parameters<ReturnType<typeof viewIn>['evolve']>[0]; entries: Readonly<Record<string, Entry>> };

const answer = (
  view: ReturnType<typeof viewIn>,
  { row, entries }: Stored,
  query: Readonly<Record<string, string>>,
  now = Date.now(),
) => {
  const [route] = view.routes as unknown as [SumsRoute];
  const slices = route.slices(query, now);
  const all = [...Object.values(entries), ...(row?.last ? [row.last] : [])].filter(({ day }) => slices.includes(day));
  const groups = all.map(({ day, currency, timeZone, count }): Group => ({
    by: [day, currency, timeZone],
    sums: [0, count, 0, 0, count],
  }));
  return route.present(groups, slices, query) as
    { from: string; to: string; timeZone: string; items: { day: string; count: number }[] } | undefined;
};

describe('a day of a time zone', () => {
  it.each([
    ['UTC', '2026-03-29T00:00:00Z', '2026-03-29'],
    ['UTC', '2026-03-29T23:59:59.999Z', '2026-03-29'],
    // 23 hours, and 25.
    ['Europe/Berlin', '2026-03-28T22:59:59.999Z', '2026-03-28'],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29'],
    ['Europe/Berlin', '2026-03-29T21:59:59.999Z', '2026-03-29'],
    ['Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-30'],
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25'],
    ['Europe/Berlin', '2026-10-25T22:59:59.999Z', '2026-10-25'],
    ['Europe/Berlin', '2026-10-25T23:00:00Z', '2026-10-26'],
    ['Asia/Kathmandu', '2026-11-20T18:14:59.999Z', '2026-11-20'],
    ['Asia/Kathmandu', '2026-11-20T18:15:00Z', '2026-11-21'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', '2027-01-01'],
    ['Pacific/Pago_Pago', '2026-01-01T10:59:59Z', '2025-12-31'],
  ])('in %s has the instant %s on %s', (zone, instant, day) =>
    expect(calendarOf(zone).dayOf(new Date(instant).toISOString())).toBe(day),
  );

  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['UTC', '2026-03-29', 24],
  ])('in %s on %s has %d hours', (zone, day, hours) => {
    const { dayOf } = calendarOf(zone);
    const halves = Array.from({ length: 4 * 48 }, (_, half) => Date.parse(day) - 86_400_000 + half * 1_800_000);
    expect(halves.filter((ms) => dayOf(new Date(ms).toISOString()) === day).length / 2).toBe(hours);
  });
});

describe('daily totals', () => {
  const instants = ['2026-03-28T23:30:00Z', '2026-03-29T21:30:00Z', '2026-03-29T22:30:00Z', '2026-03-30T12:00:00Z'];
  const query = { from: '2026-03-28', to: '2026-03-30' };
  const countsOf = (zone: string) =>
    answer(viewIn(zone), fold(viewIn(zone), depositsAt(...instants)), query)?.items.map(({ day, count }) => [
      day,
      count,
    ]);

  it('count each movement on its day in the zone', () => {
    expect(countsOf('UTC')).toEqual([
      ['2026-03-28', 1],
      ['2026-03-29', 2],
      ['2026-03-30', 1],
    ]);
    expect(countsOf('Europe/Berlin')).toEqual([
      ['2026-03-29', 2],
      ['2026-03-30', 2],
    ]);
  });

  it('name the zone, and the days that were asked for alone', () => {
    const view = viewIn('Europe/Berlin');
    const stored = fold(view, depositsAt('2026-03-26T12:00:00Z', '2026-03-30T12:00:00Z', '2026-04-01T12:00:00Z'));
    expect(answer(view, stored, { from: '2026-03-27', to: '2026-03-31' })).toMatchObject({
      from: '2026-03-27',
      to: '2026-03-31',
      timeZone: 'Europe/Berlin',
      items: [{ day: '2026-03-30' }],
    });
  });

  it('begin today where it has begun in the zone', () => {
    const now = Date.parse('2026-11-20T23:30:00Z');
    expect(answer(viewIn('UTC'), { entries: {} }, {}, now)).toMatchObject({ from: '2026-10-21', to: '2026-11-20' });
    expect(answer(viewIn('Asia/Tokyo'), { entries: {} }, {}, now)).toMatchObject({ to: '2026-11-21' });
  });

  it('of a day are settled an hour after its end in the zone', () => {
    const settledAt = (zone: string, instant: string) =>
      (viewIn(zone).routes as unknown as [SumsRoute])[0].sums.isClosed('2026-10-25', Date.parse(instant));
    expect([settledAt('UTC', '2026-10-26T00:59:59Z'), settledAt('UTC', '2026-10-26T01:00:00Z')]).toEqual([false, true]);
    const berlin = ['2026-10-25T23:59:59Z', '2026-10-26T00:00:00Z'].map((at) => settledAt('Europe/Berlin', at));
    expect(berlin).toEqual([false, true]);
  });

  it('lose no movement where clocks go back over midnight', () => {
    const view = viewIn('America/St_Johns');
    // 00:00:30 on the 7th, then 23:30 on the 6th once more.
    const stored = fold(view, depositsAt('2010-11-06T20:00:00Z', '2010-11-07T02:30:30Z', '2010-11-07T03:00:00Z'));
    const counts = answer(view, stored, { from: '2010-11-06', to: '2010-11-07' })?.items;
    expect(counts?.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });
});

describe('another time zone', () => {
  const before = '2026-11-20T23:00:00Z';
  const query = { from: '2026-11-21', to: '2026-11-21' };

  it.each([
    ['UTC', 'Europe/Berlin'],
    ['Europe/Berlin', 'UTC'],
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago'],
  ])('than %s, such as %s, is not answered for until the view is rebuilt', (former, zone) => {
    const events = depositsAt(before, '2026-11-21T12:00:00Z');
    const mixed = fold(viewIn(zone), events.slice(2), fold(viewIn(former), events.slice(0, 2)));
    expect(answer(viewIn(zone), mixed, query)).toBeUndefined();
    expect(answer(viewIn(former), mixed, query)).toBeUndefined();
    expect(answer(viewIn(zone), fold(viewIn(zone), events), query)?.timeZone).toBe(zone);
  });

  it('loses no entry of the former one', () => {
    const events = depositsAt('2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z', '2026-11-22T10:00:00Z');
    const mixed = fold(viewIn('Europe/Berlin'), events.slice(2), fold(viewIn('UTC'), events.slice(0, 2)));
    expect(Object.values(mixed.entries).map(({ day, timeZone }) => [day, timeZone])).toEqual([
      ['2026-11-20', 'UTC'],
      ['2026-11-20', 'Europe/Berlin'],
    ]);
  });
});
