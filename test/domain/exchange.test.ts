import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currency } from '../../domain/currency.ts';
import { exchange, exchangedMinor, exchangeRate, givenRate, parseRate } from '../../domain/exchange.ts';
import { maximumMinor } from '../../domain/money.ts';

const codes = ['JPY', 'EUR', 'USD', 'BHD', 'CLF'].map((code) => currency.parse(code));
const anyCode = fc.constantFrom(...codes);
const anyMinor = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: maximumMinor }));

/** A rate as a fraction of ten's powers, and as text: the test computes with the former. */
const anyRate = fc
  .record({
    digits: fc.oneof(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999_999_999_999 })),
    decimals: fc.nat(12),
  })
  .map(({ digits, decimals }) => {
    const text = String(digits).padStart(decimals + 1, '0');
    const written = decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
    return { written, numerator: BigInt(digits), denominator: 10n ** BigInt(decimals) };
  });
const rateOf = (written: string): string => {
  const parsed = parseRate(written);
  if ('problem' in parsed) throw new Error(`${written} ${parsed.problem}`);
  return parsed.rate;
};

/** All pairs of the decimals that currencies have, one of which no currency has today. */
const exponents = [0, 1, 2, 3, 4];
const pairs = exponents.flatMap((from) => exponents.map((to) => [from, to] as const));

describe.each(pairs)('an exchange from %i decimals to %i', (from, to) => {
  it('is never more than exact, and less than one minor unit below', () =>
    fc.assert(
      fc.property(anyMinor, anyRate, (minor, { written, numerator, denominator }) => {
        const got = exchangedMinor(BigInt(minor), from, rateOf(written), to);
        // Both sides times all denominators.
        const exact = BigInt(minor) * numerator * 10n ** BigInt(to);
        const unit = denominator * 10n ** BigInt(from);
        expect(got * unit <= exact).toBe(true);
        expect(exact < (got + 1n) * unit).toBe(true);
      }),
    ));

  it('brings no more in parts than as a whole', () =>
    fc.assert(
      fc.property(fc.array(anyMinor, { minLength: 1, maxLength: 20 }), anyRate, (parts, { written }) => {
        const rate = rateOf(written);
        const brought = parts.map((part) => exchangedMinor(BigInt(part), from, rate, to));
        const whole = parts.reduce((sum, part) => sum + BigInt(part), 0n);
        expect(brought.reduce((sum, part) => sum + part, 0n) <= exchangedMinor(whole, from, rate, to)).toBe(true);
      }),
    ));

  it('brings no less at a higher rate, nor for a higher amount', () =>
    fc.assert(
      fc.property(anyMinor, anyMinor, anyRate, anyRate, (one, other, a, b) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const isLower = a.numerator * b.denominator <= b.numerator * a.denominator;
        const [lower, higher] = isLower ? [a, b] : [b, a];
        const least = exchangedMinor(BigInt(less), from, rateOf(lower.written), to);
        expect(least <= exchangedMinor(BigInt(more), from, rateOf(higher.written), to)).toBe(true);
      }),
    ));
});

describe('what an amount brings', () => {
  it.each([
    ['EUR', 100_00, '1.0842', 'USD', 108_42],
    ['EUR', 1, '1.0842', 'USD', 1],
    ['EUR', 10, '1.0999', 'USD', 10],
    ['JPY', 2, '0.0067', 'USD', 1],
    ['JPY', 10_000, '0.0067', 'USD', 67_00],
    ['USD', 1_00, '149.999', 'JPY', 149],
    ['BHD', 1_000, '2.65', 'USD', 2_65],
    ['BHD', 1, '2.65', 'CLF', 26],
    ['CLF', 1, '36123.45', 'JPY', 3],
    ['EUR', maximumMinor, '1', 'USD', maximumMinor],
    ['EUR', 1, '999999999999', 'JPY', 9_999_999_999],
    ['JPY', 1, '0.000000000001', 'CLF', 'AmountTooSmall'],
    ['JPY', 1, '0.0067', 'USD', 'AmountTooSmall'],
    ['EUR', maximumMinor, '0.000000000001', 'JPY', 9],
    ['EUR', maximumMinor, '1.00000000001', 'USD', 'BalanceLimitExceeded'],
    ['JPY', maximumMinor, '1', 'USD', 'BalanceLimitExceeded'],
    ['JPY', 1_000, '999999999999', 'CLF', 'BalanceLimitExceeded'],
  ] as const)('in %s of %i at %s to %s is %s', (from, minor, rate, to, expected) => {
    const buy = currency.parse(to);
    const brought = typeof expected === 'string' ? expected : { minor: expected, currency: buy };
    expect(exchange({ minor, currency: currency.parse(from) }, rate, buy)).toEqual(brought);
  });

  it('is money, or a reason why it is none', () =>
    fc.assert(
      fc.property(anyMinor, anyCode, anyRate, anyCode, (minor, from, { written }, to) => {
        const brought = exchange({ minor, currency: from }, rateOf(written), to);
        if (typeof brought === 'string') return;
        expect(brought.minor).toBeGreaterThan(0);
        expect(brought.minor).toBeLessThanOrEqual(maximumMinor);
      }),
    ));
});

describe('a rate', () => {
  it.each([
    ['1.0842', '1.0842'],
    ['1.08420', '1.0842'],
    ['1.000000000000', '1'],
    ['1', '1'],
    ['10', '10'],
    ['10.0', '10'],
    ['0.10', '0.1'],
    ['0.000000000001', '0.000000000001'],
    ['999999999999', '999999999999'],
    ['100000000000.000', '100000000000'],
    ['99999999999.9', '99999999999.9'],
    ['1.00000000001', '1.00000000001'],
  ])('of "%s" is %s', (text, rate) => expect(parseRate(text)).toEqual({ rate }));

  it.each<[string, RegExp]>([
    ['0', /more than zero/],
    ['0.000', /more than zero/],
    ['1000000000000', /12 significant digits/],
    ['99999999999.99', /12 significant digits/],
    ['1.000000000001', /12 significant digits/],
    ['0.0000000000001', /12 decimals/],
    ['1.0000000000000', /12 decimals/],
    [`0.${'0'.repeat(10_000)}1`, /12 decimals/],
    [`1${'0'.repeat(10_000)}`, /12 significant digits/],
    ...['', '-1', '+1', ' 1', '1 ', '1.', '.5', '01', '1,5', '1e3', '0x10', 'NaN', 'Infinity', '١', '1.2.3', '1\n'].map(
      (text): [string, RegExp] => [text, /plain digits/],
    ),
  ])('is none: %j', (text, why) => {
    const parsed = parseRate(text);
    expect('problem' in parsed && parsed.problem).toMatch(why);
    expect(givenRate.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(why)]);
  });

  it('is written in one way alone, which is read back as it was', () =>
    fc.assert(
      fc.property(anyRate, ({ written }) => {
        const rate = rateOf(written);
        expect(exchangeRate.safeParse(rate).success).toBe(true);
        expect(rate).not.toMatch(/\.\d*0$|\.$/);
        expect(rateOf(rate)).toBe(rate);
      }),
    ));
});
