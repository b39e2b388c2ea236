import { describe, expect, it } from 'vitest';
import { calendarOf } from '../../projections/bankTimeZone.ts';
import { lastDayOf, monthOf, monthsDown, plusMonths, startOf } from '../../projections/months.ts';

describe('a month', () => {
  it.each([
    ['UTC', '2026-11', '2026-11-01T00:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-11', '2026-10-31T10:00:00.000Z'],
    ['Pacific/Niue', '2026-11', '2026-11-01T11:00:00.000Z'],
    // Summer time has ended a week before.
    ['Europe/Berlin', '2026-11', '2026-10-31T23:00:00.000Z'],
    ['Europe/Berlin', '2026-10', '2026-09-30T22:00:00.000Z'],
  ])('of %s, %s, begins at %s', (timeZone, month, instant) => {
    const calendar = calendarOf(timeZone);
    expect(startOf(calendar, month)).toBe(instant);
    expect(monthOf(calendar, instant)).toBe(month);
    expect(monthOf(calendar, new Date(Date.parse(instant) - 1).toISOString())).toBe(plusMonths(month, -1));
  });

  it.each([
    ['2026-12', 1, '2027-01'],
    ['2026-01', -1, '2025-12'],
    ['2026-06', -18, '2024-12'],
  ])('is so many after another: %s, %i', (month, months, other) => expect(plusMonths(month, months)).toBe(other));

  it.each([
    ['2026-11', '2026-11-30'],
    ['2028-02', '2028-02-29'],
    ['2026-12', '2026-12-31'],
  ])('has a last day: %s', (month, day) => expect(lastDayOf(month)).toBe(day));
});

it('months come newest first, and none where the first is later than the last', () => {
  expect(monthsDown('2025-11', '2026-02')).toEqual(['2026-02', '2026-01', '2025-12', '2025-11']);
  expect(monthsDown('2026-03', '2026-02')).toEqual([]);
});
