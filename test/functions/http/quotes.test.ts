import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../application/canonicalJson.ts';
import { currency } from '../../../domain/currency.ts';
import type { Quote } from '../../../domain/quote.ts';
import { createCursors } from '../../../functions/http/cursor.ts';
import { createQuotes, quotePattern } from '../../../functions/http/quotes.ts';

const [secret, other] = ['the first of secrets', 'another secret of all'];
const { signQuote, readQuote } = createQuotes([secret]);

const quote: Quote = {
  sell: { minor: 100_00, currency: currency.parse('EUR') },
  buy: { minor: 108_42, currency: currency.parse('USD') },
  rate: '1.0842',
  rateId: 'b44bdcba-4478-5755-be87-a6a10cf0fba8:7',
  expiresAt: '2026-11-28T20:16:00.000Z',
};
const text = signQuote(quote);
const [payload = '', signature = ''] = text.split('.');
const encoded = (value: unknown) => Buffer.from(canonicalJson(value)).toString('base64url');

describe('a quote', () => {
  it('is read as it was signed, in any instance, also once it has expired', () => {
    expect(readQuote(text)).toEqual(quote);
    expect(createQuotes([secret]).readQuote(text)).toEqual(quote);
    const expired = { ...quote, expiresAt: '1999-12-31T23:59:59.999Z' };
    expect(readQuote(signQuote(expired))).toEqual(expired);
  });

  it('is one text, which goes into a URL or a line as it is', () => {
    expect(signQuote({ ...quote })).toBe(text);
    expect(text).toMatch(new RegExp(quotePattern));
    expect(text.length).toBeLessThan(500);
  });

  it('that any secret of the app has signed is its own, and only the first one signs', () => {
    const [before, between, after] = [[secret], [other, secret], [other]] as const;
    expect(createQuotes([...between]).readQuote(createQuotes([...before]).signQuote(quote))).toEqual(quote);
    expect(createQuotes([...after]).readQuote(createQuotes([...between]).signQuote(quote))).toEqual(quote);
    expect(createQuotes([...after]).readQuote(createQuotes([...before]).signQuote(quote))).toBe('foreign');
  });
});

describe('what is no quote of the app', () => {
  it.each([
    ...[
      '',
      '.',
      '..',
      'x',
      'null',
      `${payload}.`,
      `.${signature}`,
      payload,
      signature,
      `${text}.`,
      `${text}.x`,
      ` ${text}`,
    ],
    ...[
      `${payload}.${signature.slice(1)}`,
      `${payload}=.${signature}`,
      `${text}=`,
      `${payload}.${'é'.repeat(43)}`,
      `${text}\n`,
    ],
    ...[text.toUpperCase(), 'x'.repeat(60_000), '.'.repeat(60_000), 'toString.constructor'],
  ])('is not: %s', (given) => expect(readQuote(given)).toBe('foreign'));

  it('is one in which any character is another', () => {
    for (let place = 0; place < text.length; place += 1) {
      for (const character of ['A', 'B', '_', '.']) {
        if (text[place] === character) continue;
        expect(readQuote(text.slice(0, place) + character + text.slice(place + 1))).toBe('foreign');
      }
    }
  });

  it.each([
    ['sell', { ...quote, sell: { ...quote.sell, minor: 1 } }],
    ['buy', { ...quote, buy: { ...quote.buy, minor: 999_999 } }],
    ['rate', { ...quote, rate: '9' }],
    ['rateId', { ...quote, rateId: 'x:1' }],
    ['expiresAt', { ...quote, expiresAt: '2999-01-01T00:00:00.000Z' }],
  ])('is one whose %s is another', (_, forged) => {
    expect(readQuote(`${encoded(forged)}.${signature}`)).toBe('foreign');
  });

  it('is one that is signed with anything but the key of quotes', () => {
    const keys = [secret, '', other, randomBytes(32)];
    for (const key of keys) {
      const signed = createHmac('sha256', key).update(payload).digest('base64url');
      expect(readQuote(`${payload}.${signed}`)).toBe('foreign');
    }
    expect(readQuote(createQuotes([other]).signQuote(quote))).toBe('foreign');
  });

  it('is a cursor', () =>
    expect(readQuote(createCursors([secret]).write({ list: 'rates', generation: 'rates@1.1' }, quote))).toBe(
      'foreign',
    ));

  it('is one of another shape, which other code has signed', () => {
    for (const shape of [{ ...quote, version: 2 }, { ...quote, rate: 1 }, { ...quote, rateId: undefined }, [], {}]) {
      expect(readQuote(signQuote(shape as Quote))).toBe('foreign');
    }
  });

  it('is anything at all', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, another) => {
        expect(readQuote(one)).toBe('foreign');
        expect(readQuote(`${one}.${another}`)).toBe('foreign');
      }),
    ));
});
