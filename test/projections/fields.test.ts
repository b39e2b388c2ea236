import { describe, expect, it } from 'vitest';
import { instantQuery, shownInstant } from '../../projections/fields.ts';

describe('an instant', () => {
  it.each([
    ['2026-11-20T10:00:00.532999Z', '533', '532'],
    ['2026-11-20T10:00:00.532001Z', '533', '532'],
    ['2026-11-20T10:00:00.532000001Z', '533', '532'],
    ['2026-11-20T11:00:00.5320000000000000000001+01:00', '533', '532'],
    ['2026-11-20T10:00:00.532Z', '532', '532'],
    ['2026-11-20T10:00:00.532000Z', '532', '532'],
    ['2026-11-20T10:00:00.53Z', '530', '530'],
    ['2026-11-20T10:00:00Z', '000', '000'],
  ])('is rounded up where it is a bound, and down where something is shown: %s', (text, bound, shown) => {
    expect(instantQuery.parse(text)).toBe(`2026-11-20T10:00:00.${bound}Z`);
    expect(shownInstant.parse(text)).toBe(`2026-11-20T10:00:00.${shown}Z`);
  });

  it('carries where it is rounded up, except beyond the last year', () => {
    expect(instantQuery.parse('2026-12-31T23:59:59.9990001Z')).toBe('2027-01-01T00:00:00.000Z');
    expect(instantQuery.parse('9999-12-31T23:59:59.9999999Z')).toBe('9999-12-31T23:59:59.999Z');
  });

  it.each(['9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z'])('may be in the first and the last year: %s', (text) =>
    expect(instantQuery.safeParse(text).success).toBe(true),
  );
  it.each(['9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00', '2026-11-20', '2026-02-30T10:00:00Z'])(
    'is refused: %s',
    (text) => expect(instantQuery.safeParse(text).error?.issues).toHaveLength(1),
  );
});
