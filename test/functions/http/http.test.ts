import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCursors } from '../../../functions/http/cursor.ts';
import { answerQuery } from '../../../functions/http/query.ts';

describe('a cursor', () => {
  const cursors = createCursors(['a secret of some length']);
  const scope = { list: 'things', generation: 'things@1' };
  const read = (cursor: string, from = scope) => cursors.read(from, z.int(), cursor);
  const refused = (status: number, code: string) => ({
    refusal: expect.objectContaining({ status, body: expect.objectContaining({ code }) as unknown }) as unknown,
  });

  it('gives its key back', () => expect(read(cursors.write(scope, 7))).toEqual({ key: 7 }));
  it('that is none begins at the beginning', () =>
    expect(cursors.read(scope, z.int(), undefined)).toEqual({ key: undefined }));
  it('of another list is malformed', () =>
    expect(read(cursors.write({ ...scope, list: 'others' }, 7))).toEqual(refused(400, 'InvalidRequest')));
  it('of a retired generation has expired', () =>
    expect(read(cursors.write({ ...scope, generation: 'things@0' }, 7))).toEqual(refused(400, 'CursorExpired')));
  it('signed with a former secret is known, while there are two', () => {
    const former = createCursors(['a secret of some length']);
    const both = ['the next secret', 'a secret of some length'] as const;
    expect(createCursors(both).read(scope, z.int(), former.write(scope, 7))).toEqual({ key: 7 });
    expect(read(createCursors(both).write(scope, 7))).toEqual(refused(400, 'InvalidRequest'));
  });
  it('signed with another secret is malformed', () =>
    expect(read(createCursors(['another secret of some length']).write(scope, 7))).toEqual(
      refused(400, 'InvalidRequest'),
    ));
  it('that was tampered with, or is rubbish, is malformed', () => {
    const good = cursors.write(scope, 7);
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(1), fc.string({ unit: 'binary' }), (at, length, text) => {
        const bad = good.slice(0, at) + text + good.slice(at + length);
        fc.pre(bad !== good);
        expect(read(bad)).toEqual(refused(400, 'InvalidRequest'));
      }),
    );
  });
});

describe('a query that has not changed', () => {
  const etagOf = (body: object) => answerQuery(body, undefined).headers?.etag ?? '';

  it.each([
    ['its ETag', (etag: string) => etag],
    ['its ETag, weak', (etag: string) => `W/${etag}`],
    ['its ETag among others', (etag: string) => `"x", ${etag}`],
    ['any', () => '*'],
  ])('is 304 for %s', (_, header) => {
    const body = { items: [1] };
    expect(answerQuery(body, header(etagOf(body)))).toMatchObject({ status: 304, headers: { etag: etagOf(body) } });
  });

  it('is 200 for another ETag', () =>
    expect(answerQuery({ items: [1] }, etagOf({ items: [2] }))).toMatchObject({ status: 200, body: { items: [1] } }));
});

describe('an answer that is kept in part', () => {
  it('has an Age in whole seconds, also where it has not changed', () => {
    expect(answerQuery({}, undefined, { ageMs: 1_999 }).headers?.age).toBe('1');
    expect(answerQuery({}, '*', { ageMs: 0 })).toMatchObject({ status: 304, headers: { age: '0' } });
  });
  it('is the only one that has', () => expect(answerQuery({}, undefined).headers).not.toHaveProperty('age'));
});
