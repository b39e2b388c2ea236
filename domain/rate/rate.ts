import { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { accept } from '../../eventSourcing/decider.ts';
import type { Currency } from '../currency.ts';
import { exchangeRate } from '../exchange.ts';
import { rateEvents, type RateEvent } from './events.ts';

/** Two currencies in one direction: what one unit of `base` brings in `quote`. */
export type CurrencyPair = { readonly base: Currency; readonly quote: Currency };

export type RateCommand = CurrencyPair & { readonly type: 'SetRate'; readonly rate: string; readonly source: string };

const rateState = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('unset') }),
  z.strictObject({ status: z.literal('set'), rate: exchangeRate }),
]);
export type Rate = z.infer<typeof rateState>;

/** The rate of one pair. It says nothing of the other direction, and belongs to no customer. */
export const rate: Aggregate<RateCommand, RateEvent, Rate, never> = {
  name: 'rate',
  label: 'a rate',
  events: rateEvents,
  state: rateState,
  stateVersion: 1,
  initial: { status: 'unset' },

  // Also where the rate is the same: that somebody has confirmed it is a fact, too.
  decide: ({ base, quote, rate, source }) => accept({ type: 'RateSet', data: { base, quote, rate, source } }),

  evolve: (_state, { data }) => ({ status: 'set', rate: data.rate }),
};
