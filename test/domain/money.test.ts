import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currency } from '../../domain/currency.ts';
import { formatAmount, maximumMinor, parseAmount } from '../../domain/money.ts';

const codes = ['EUR', 'USD', 'JPY', 'BHD', 'CLF', 'UYW'].map((code) => currency.parse(code));
const anyCode = fc.constantFrom(...codes);
const anyMinor = fc.integer({ min: 1, max: maximumMinor });

describe('an amount', () => {
  it('is read back as it was written, for every currency and size', () =>
    fc.assert(
      fc.property(anyMinor, anyCode, (minor, code) => {
        expect(parseAmount(formatAmount(minor, code), code)).toEqual({ minor, currency: code });
      }),
    ));

  it.each([
    ['EUR', '12.34', 1234],
    ['EUR', '12.3', 1230],
    ['EUR', '12', 1200],
    ['EUR', '0.01', 1],
    ['JPY', '100', 100],
    ['BHD', '0.001', 1],
    ['CLF', '1.0001', 10001],
    ['EUR', '9999999999999.99', maximumMinor],
    ['JPY', '999999999999999', maximumMinor],
  ])('in %s of %s is exactly %i minor units', (code, text, minor) =>
    expect(parseAmount(text, currency.parse(code))).toEqual({ minor, currency: code }),
  );

  it.each([
    ['EUR', '0.001', /decimals/],
    ['JPY', '1.0', /decimals/],
    ['BHD', '0.0001', /decimals/],
    ['EUR', '0', /more than zero/],
    ['EUR', '0.00', /more than zero/],
    ['EUR', '10000000000000.00', /15 digits/],
    ['JPY', '1000000000000000', /15 digits/],
    ['EUR', '-1', /plain digits/],
    ['EUR', '+1', /plain digits/],
    ['EUR', '1e3', /plain digits/],
    ['EUR', '', /plain digits/],
    ['EUR', ' 1', /plain digits/],
    ['EUR', '1.', /plain digits/],
    ['EUR', '.5', /plain digits/],
    ['EUR', '01', /plain digits/],
    ['EUR', '1,5', /plain digits/],
    ['EUR', '١٢', /plain digits/],
    ['EUR', 'NaN', /plain digits/],
  ])('in %s of "%s" is refused', (code, text, why) => expect(parseAmount(text, currency.parse(code))).toMatch(why));

  it('is written with all decimals of its currency', () => {
    expect(formatAmount(5, currency.parse('EUR'))).toBe('0.05');
    expect(formatAmount(0, currency.parse('BHD'))).toBe('0.000');
    expect(formatAmount(0, currency.parse('JPY'))).toBe('0');
  });
});

describe('a currency', () => {
  it.each(['', 'eur', 'EURO', 'XXX', 'XAU', 'constructor', '__proto__'])('"%s" is unknown', (code) =>
    expect(currency.safeParse(code).success).toBe(false),
  );
});
