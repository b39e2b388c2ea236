import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { emailAddress } from '../../../domain/emailAddress.ts';
import { givenRate } from '../../../domain/exchange.ts';
import { line } from '../../../domain/text.ts';
import { endpoints } from '../../../functions/api/endpoints.ts';
import { openApiDocument } from '../../../functions/http/openApiDocument.ts';
import { atLeast, movement } from '../../../functions/http/schemas.ts';
import { dailyTotals } from '../../../projections/dailyTotals.ts';

type Json = Readonly<Record<string, unknown>>;

const document = JSON.parse(JSON.stringify(openApiDocument(endpoints, 'token'))) as Json;

const objectsIn = (value: unknown): readonly Json[] => {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(objectsIn)];
};

const patternOf = (schema: z.ZodType): RegExp => {
  const { pattern = '' } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return new RegExp(pattern);
};
const propertyOf = (schema: z.ZodType, name: string): Json =>
  (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties as Record<string, Json>)[name] ?? {};

/** Every character of the first plane but halves of pairs: engines without Unicode see those of other planes as two. */
const characters = Array.from({ length: 0x10000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCharCode(code));

describe('a pattern of the document', () => {
  const patterns = [...new Set(objectsIn(document).map(({ pattern }) => pattern))].filter(
    (pattern) => typeof pattern === 'string',
  );

  it.each(patterns)('is one that every engine takes: %s', (pattern) => {
    expect(new RegExp(pattern)).toBeInstanceOf(RegExp);
    expect(new RegExp(pattern, 'u')).toBeInstanceOf(RegExp);
    // Without the flag `u`, \p means the letter p; and RE2 looks neither ahead nor back.
    expect(pattern).not.toMatch(/\\p\{|\(\?[=!<]/i);
    // Generators that write patterns into code break on the ends of lines that only some languages know.
    expect(pattern).not.toMatch(/\\u202[89]|[\u2028\u2029]/);
  });

  it('takes the characters of names that the app takes, but for joiners, and no others', () => {
    const name = line(100);
    const pattern = patternOf(name);
    const joiners = ['\u200c', '\u200d', '\u180e'];
    const differing = characters.filter(
      (character) => pattern.test(`a${character}b`) !== name.safeParse(`a${character}b`).success,
    );
    expect(differing).toEqual(joiners.toSorted());
    const alone = characters.filter((character) => pattern.test(character) !== name.safeParse(character).success);
    expect(alone).toEqual([]);
  });

  it('refuses no e-mail address for a character that the app takes', () => {
    const pattern = patternOf(emailAddress);
    const isWrong = (address: string) => !pattern.test(address) && emailAddress.safeParse(address).success;
    expect(characters.filter((character) => isWrong(`a${character}b@example.com`))).toEqual([]);
    expect(characters.filter((character) => isWrong(`ada@a${character}b.com`))).toEqual([]);
  });

  it.each(['ada@example.com', 'päd@bücher.example', ' ada@example.com. '])('takes the address %s', (address) =>
    expect(patternOf(emailAddress).test(address)).toBe(true),
  );

  it.each(['ada@example', 'ada@@example.com', 'a b@x.org', '<a@b.c>', 'a@example..com', 'a\u200b@example.com'])(
    'refuses the address %j',
    (address) => expect(patternOf(emailAddress).test(address)).toBe(false),
  );

  it.each([
    ['1', true],
    ['0.5', true],
    ['0.0001', true],
    ['999999999999999', true],
    ['12.3400', true],
    ['0', false],
    ['0.00', false],
    ['01', false],
    ['-1', false],
    ['1e3', false],
    ['1.', false],
    ['1.00000', false],
    ['0.00001', false],
    ['1000000000000000', false],
  ])('says of the amount %s: %s', (amount, taken) => {
    expect(new RegExp(String(propertyOf(movement, 'amount').pattern)).test(amount)).toBe(taken);
  });

  it.each([
    ['1', true],
    ['1.0842', true],
    ['0.000000000001', true],
    ['1.000000000000', true],
    ['999999999999', true],
    ['0', false],
    ['0.000', false],
    ['01', false],
    ['1.', false],
    ['-1', false],
    ['1000000000000', false],
    ['0.0000000000001', false],
  ])('says of the rate %s: %s', (rate, taken) => {
    expect(patternOf(givenRate).test(rate)).toBe(taken);
    expect(givenRate.safeParse(rate).success).toBe(taken);
  });

  it.each([
    ['1971-01-01', true],
    ['9998-12-31', true],
    ['2026-11-20', true],
    ['1970-12-31', false],
    ['9999-01-01', false],
    ['2026-13-01', false],
  ])('says of the day %s: %s', (day, taken) => {
    const query = dailyTotals.routes?.find(({ answers }) => answers === 'sums') as { query: z.ZodType };
    expect(new RegExp(String(propertyOf(query.query, 'from').pattern)).test(day)).toBe(taken);
    expect(query.query.safeParse({ from: day }).success).toBe(taken);
  });

  const id = '0199f8a2-7b1c-7000-8000-000000000000';
  it.each(['7', `${id}:7`, `${id.toUpperCase()}:1, 2`, '0', `${id}:`, ':1', 'x', Array(11).fill('1').join()])(
    'says of the position %s what the app says',
    (text) => expect(patternOf(atLeast).test(text)).toBe(atLeast.safeParse(text).success),
  );
});

describe('a whole number', () => {
  it('is one, with its bounds and its default', () => {
    const limits = objectsIn(document.paths).filter(({ name }) => name === 'limit');
    expect(limits.length).toBeGreaterThan(4);
    for (const { schema } of limits) expect(schema).toEqual({ type: 'integer', minimum: 1, maximum: 200, default: 50 });
  });

  it('has bounds everywhere', () => {
    const unbounded = objectsIn(document).filter(
      ({ type, minimum, maximum, const: only }) =>
        (type === 'integer' || type === 'number') &&
        only === undefined &&
        (minimum === undefined || maximum === undefined),
    );
    expect(unbounded).toEqual([]);
    const fractions = objectsIn(document).filter(({ type }) => type === 'number');
    expect(fractions.filter(({ description }) => description !== 'Milliseconds')).toEqual([]);
  });
});

it('currencies are listed', () => {
  const { schemas } = document.components as { schemas: Record<string, Json> };
  expect(schemas.Currency?.enum).toEqual(expect.arrayContaining(['EUR', 'JPY', 'USD']));
});

it('every parameter has a description', () => {
  const parameters = objectsIn(document.paths).filter((each) => 'in' in each);
  expect(parameters.filter(({ description }) => typeof description !== 'string')).toEqual([]);
});

it('every operation has a tag, and every tag a description', () => {
  const described = new Set((document.tags as readonly Json[]).map(({ name }) => name));
  const operations = objectsIn(document.paths).filter((each) => 'operationId' in each);
  for (const { operationId, tags, security } of operations) {
    const [tag = ''] = tags as readonly string[];
    expect([operationId, described.has(tag)]).toEqual([operationId, true]);
    // Others have the tag of their first part, which functions/http/openApiDocument.ts describes.
    expect([operationId, tag === 'service']).toEqual([operationId, (security as readonly object[]).length === 0]);
  }
});
