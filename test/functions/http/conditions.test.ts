import { describe, expect, it } from 'vitest';
import { answerQuery } from '../../../functions/http/query.ts';
import { commandHeaders, queryHeaders } from '../../../functions/http/schemas.ts';

describe('If-Match', () => {
  const versionsOf = (header: string) => commandHeaders.parse({ 'if-match': header })['if-match'];

  it.each<[string, number[] | 'any']>([
    ['"7"', [7]],
    ['"7-nJ1xQ-_0"', [7]],
    ['"7-"', [7]],
    ['"7", "8"', [7, 8]],
    ['"7-a,b","8"', [7, 8]],
    [' , "7" ,, "8" ,', [7, 8]],
    ['*', 'any'],
    [' * ', 'any'],
    ['W/"7"', []],
    ['W/"7-nJ1x", "8"', [8]],
    ['"x"', []],
    ['"x", "7"', [7]],
    ['""', []],
    ['"0"', []],
    ['"07"', []],
    ['"-7"', []],
    ['"7.0"', []],
    ['"9999999999999999"', []],
    [Array(2_000).fill('"7"').join(), Array<number>(2_000).fill(7)],
  ])('names the versions in %s', (header, versions) => expect(versionsOf(header)).toEqual(versions));

  it.each([
    '',
    ' ',
    ',',
    '7',
    '"7',
    '7"',
    '"7" "8"',
    '"7"; "8"',
    'w/"7"',
    'W/7',
    '"7", *',
    '*, "7"',
    '**',
    '"7"x',
    '"7 "',
  ])('that is none is refused: %j', (header) =>
    expect(commandHeaders.safeParse({ 'if-match': header }).success).toBe(false),
  );
});

describe('If-None-Match', () => {
  const body = { items: [1] };
  const tag = (answerQuery(body, undefined, { version: 7 }).headers?.etag ?? '').slice(1, -1);
  const statusFor = (header: string) => {
    const { 'if-none-match': ifNoneMatch } = queryHeaders.parse({ 'if-none-match': header });
    return answerQuery(body, ifNoneMatch, { version: 7 }).status;
  };

  it('compares a version and a hash', () => expect(tag).toMatch(/^7-[\w-]{22}$/));

  it.each([
    `"${tag}"`,
    `W/"${tag}"`,
    `"x", "${tag}"`,
    `"x,y", W/"${tag}",`,
    '*',
    ' * ',
    `${'"x", '.repeat(3_000)}"${tag}"`,
  ])('matches: %s', (header) => expect(statusFor(header)).toBe(304));

  it.each([
    '"7"',
    '"7-x"',
    `"${tag}x"`,
    `"x,${tag}"`,
    `"a, ${tag}, b"`,
    `"x,"${tag}","`,
    tag,
    `"${tag}`,
    '"*"',
    '"x", *',
    '',
    'x'.repeat(9_999),
  ])('does not match: %s', (header) => expect(statusFor(header)).toBe(200));
});

describe('an ETag', () => {
  const etagOf = (body: object, version?: number) =>
    answerQuery(body, undefined, version === undefined ? {} : { version }).headers?.etag;

  it('covers all of the answer, where the version is the same, too', () => {
    expect(etagOf({ customerName: 'Ada' }, 7)).not.toBe(etagOf({ customerName: 'Grace' }, 7));
    expect(etagOf({ customerName: 'Ada' }, 7)).toBe(etagOf({ customerName: 'Ada' }, 7));
  });

  it('of a list has no version', () => expect(etagOf({ items: [] })).toMatch(/^"[\w-]{22}"$/));
});
