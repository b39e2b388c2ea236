import { describe, expect, it } from 'vitest';
import { currency } from '../../../domain/currency.ts';
import { pairRoute, rateIdOf } from '../../../functions/api/currencyPair.ts';

const [EUR, USD] = [currency.parse('EUR'), currency.parse('USD')];

describe('a pair in a route', () => {
  it('is two currencies, in one direction', () => {
    expect(pairRoute.parse({ pair: 'EUR-USD' })).toEqual({ pair: { base: EUR, quote: USD } });
    expect(pairRoute.parse({ pair: 'USD-EUR' })).toEqual({ pair: { base: USD, quote: EUR } });
  });

  it.each([
    ...[
      '',
      'EUR',
      'EUR-',
      'EURUSD',
      'EUR_USD',
      'eur-usd',
      'EUR-usd',
      ' EUR-USD',
      'EUR-USD ',
      'EUR-USD-JPY',
      'EUR-USD\n',
    ],
    ...['EUR-XXX', 'XAU-EUR', 'XXX-XXX', 'EUR-EUR'],
  ])('is none, and has one problem: %j', (pair) =>
    expect(pairRoute.safeParse({ pair }).error?.issues.map(({ path }) => path)).toEqual([['pair']]),
  );
});

it('the id of a rate is for ever the same', () => {
  expect(rateIdOf({ base: EUR, quote: USD })).toBe('b44bdcba-4478-5755-be87-a6a10cf0fba8');
  expect(rateIdOf({ base: USD, quote: EUR })).toBe('ccf884b5-59a1-55af-a966-6d799485d759');
});
