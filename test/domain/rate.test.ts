import { describe, it } from 'vitest';
import { currency } from '../../domain/currency.ts';
import { rate } from '../../domain/rate/rate.ts';
import type { RateEvent } from '../../domain/rate/events.ts';
import { given } from '../support/given.ts';

const pair = { base: currency.parse('EUR'), quote: currency.parse('USD') };
const set = (text: string, source = 'ECB'): RateEvent => ({
  type: 'RateSet',
  data: { ...pair, rate: text, source },
});

describe('a rate', () => {
  it('is set', () =>
    given(rate)
      .when({ type: 'SetRate', ...pair, rate: '1.0842', source: 'ECB' })
      .yields(set('1.0842')));

  it('is set again', () =>
    given(rate, set('1.0842'))
      .when({ type: 'SetRate', ...pair, rate: '1.09', source: 'desk' })
      .yields(set('1.09', 'desk')));

  it('is set again where it is the same: somebody has confirmed it', () =>
    given(rate, set('1.0842'))
      .when({ type: 'SetRate', ...pair, rate: '1.0842', source: 'ECB' })
      .yields(set('1.0842')));
});
