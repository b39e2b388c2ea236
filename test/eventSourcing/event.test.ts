import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeEvent, defineEvent, UnreadableEvent, upcaster } from '../../eventSourcing/event.ts';

const renamed = defineEvent({
  type: 'Renamed',
  schemaVersion: 3,
  data: z.strictObject({ first: z.string(), last: z.string() }),
  upcasters: {
    1: upcaster(z.strictObject({ name: z.string() }), ({ name }) => ({ full: name })),
    2: upcaster(z.strictObject({ full: z.string() }), ({ full }) => {
      const [first = '', last = ''] = full.split(' ');
      return { first, last };
    }),
  },
});
const decode = (schemaVersion: number, data: unknown, type = 'Renamed') =>
  decodeEvent([renamed], { type, schemaVersion, data });

describe('a stored event', () => {
  it('of the present schema version is read as it is', () =>
    expect(decode(3, { first: 'Ada', last: 'Lovelace' })).toEqual({
      type: 'Renamed',
      data: { first: 'Ada', last: 'Lovelace' },
    }));

  it('of an older schema version is upcast, step by step', () => {
    expect(decode(2, { full: 'Ada Lovelace' }).data).toEqual({ first: 'Ada', last: 'Lovelace' });
    expect(decode(1, { name: 'Ada Lovelace' }).data).toEqual({ first: 'Ada', last: 'Lovelace' });
  });

  it.each([
    ['of an unknown type', () => decode(3, {}, 'Removed'), /Unknown event type Removed/],
    ['of a later schema version', () => decode(4, {}), /Unknown schema version 4/],
    ['of schema version 0', () => decode(0, {}), /Impossible schema version 0/],
    ['with data that does not fit', () => decode(3, { first: 'Ada' }), /last/],
    ['with fields too many', () => decode(3, { first: 'Ada', last: 'L', x: 1 }), /does not fit/],
    ['with old data that does not fit', () => decode(1, { full: 'Ada' }), /schema version 1/],
  ])('%s stops its reader', (_, read, why) => {
    expect(read).toThrow(UnreadableEvent);
    expect(read).toThrow(why);
  });
});
