import { HttpRequest } from '@azure/functions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readInput } from '../../../functions/http/input.ts';
import { repeatedMembers } from '../../../functions/http/repeatedMembers.ts';
import { atLeast, pageQuery } from '../../../functions/http/schemas.ts';

type Problem = { readonly pointer: string; readonly message: string };

const read = (query: string, body = '{}') =>
  readInput(
    new HttpRequest({
      method: 'POST',
      url: `http://localhost/api/things${query}`,
      // As the host hands it over: it joins repeated parameters.
      query: {},
      headers: { 'content-type': 'application/json' },
      body: { string: body },
    }),
    { query: pageQuery.extend({ atLeast: atLeast.optional() }), body: z.record(z.string(), z.unknown()) },
  );
const problemsOf = async (query: string, body?: string): Promise<readonly Problem[]> => {
  const result = await read(query, body);
  if ('input' in result) throw new Error('It was taken');
  return (result.refusal.body as { errors: Problem[] }).errors;
};
const repeated = (...pointers: string[]) => pointers.map((pointer) => ({ pointer, message: 'comes twice' }));

describe('a parameter', () => {
  it.each([
    ['?limit=1&limit=2', '/query/limit'],
    ['?limit=1&limit=1', '/query/limit'],
    ['?limit=x&limit=', '/query/limit'],
    ['?cursor=a&limit=1&cursor=b', '/query/cursor'],
    ['?x=1&x=2', '/query/x'],
    ['?limit=1&%6Cimit=2', '/query/limit'],
    ['?__proto__=1&__proto__=1', '/query/__proto__'],
  ])('that comes twice is refused by its name: %s', async (query, pointer) =>
    expect(await problemsOf(query)).toEqual(repeated(pointer)),
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x', 'Limit', 'a/b~c'])(
    'that is unknown is refused, whatever JavaScript makes of its name: %s',
    async (name) =>
      expect(await problemsOf(`?${name}=1`)).toEqual([
        { pointer: `/query/${name.replace('~', '~0').replace('/', '~1')}`, message: 'is unknown' },
      ]),
  );

  it.each(['?atLeast=1&atLeast=2', '?atLeast=1,2', '?atLeast=1,&atLeast=2', '?code=a&code=b&atLeast=1&atLeast=2'])(
    'may come again where it is a list, and where it is the host’s: %s',
    async (query) => {
      const result = await read(query.replace(',&', '&'));
      expect(result).toMatchObject({ input: { query: { atLeast: [{ version: 1 }, { version: 2 }], limit: 50 } } });
    },
  );
});

describe('a member', () => {
  it.each<[string, string[]]>([
    ['{"a":1,"a":1}', ['/a']],
    ['{"a":1,"b":2,"a":3,"a":4}', ['/a']],
    ['{"a":1,"\\u0061":1}', ['/a']],
    ['{"":1,"":1}', ['/']],
    ['{"a/b~c":1,"a/b~c":1}', ['/a~1b~0c']],
    ['{"__proto__":1,"__proto__":2}', ['/__proto__']],
    ['{ "a" : 1 , "b" : { "a" : 1, "c" : [ { } , { "x":1,"x":2 } ] } }', ['/b/c/1/x']],
    ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}', []],
    ['{"a":"\\"a\\":1,","b":"{","c":"\\\\","d":[1,"a","a"]}', []],
    ['{"a":{"b":1,"b":1},"a":{"b":1}}', ['/a/b', '/a']],
    ['[["a","a"],{"a":[],"a":[]}]', ['/1/a']],
    ['"a"', []],
    ['1', []],
  ])('that comes twice in an object is found: %s', (json, pointers) =>
    expect(repeatedMembers(json, 20)).toEqual(pointers),
  );

  it('that comes once never is, whatever the document', () =>
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.nat(3), (value, spaces) => {
        expect(repeatedMembers(JSON.stringify(value, undefined, spaces), 20)).toEqual([]);
      }),
    ));

  it('that comes twice is found wherever it is', () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (before, value, name) => {
        const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
        const [, pointer] = repeatedMembers(`[${JSON.stringify(before)},{"a":1,"a":1,"b":{${member},${member}}}]`, 20);
        expect(pointer?.startsWith('/1/b/')).toBe(true);
      }),
    ));

  it('is found in little time, however deep it is', () => {
    const depth = 10_000;
    const json = `${'{"a":'.repeat(depth)}{${'"b":1,'.repeat(2_000)}"b":1}${'}'.repeat(depth)}`;
    const begun = performance.now();
    expect(repeatedMembers(json, 20)).toEqual(['/a'.repeat(20)]);
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('that comes twice is refused by its pointer, with all other problems', async () => {
    expect(await problemsOf('?limit=0', '{"a":1,"a":2}')).toEqual([
      ...repeated('/a'),
      { pointer: '/query/limit', message: 'must be a number from 1 to 200' },
    ]);
  });
});

describe('one answer', () => {
  const many = (count: number, of: (index: number) => string) => Array.from({ length: count }, (_, index) => of(index));

  it('lists 20 problems at most, of parameters and of members', async () => {
    expect(await problemsOf(`?${many(500, (index) => `x${index}=1`).join('&')}`)).toHaveLength(20);
    const members = many(2_000, (index) => `"m${index}":1,"m${index}":1`);
    expect(await problemsOf('', `{${members.join()}}`)).toHaveLength(20);
  });
});
