import { z } from 'zod';
import { currency } from '../currency.ts';
import { defineEvent, type EventOf } from '../../eventSourcing/event.ts';
import { exchangeRate } from '../exchange.ts';

const rateSet = defineEvent({
  type: 'RateSet',
  schemaVersion: 1,
  data: z.strictObject({
    base: currency,
    quote: currency,
    /** How much of `quote` one unit of `base` brings. */
    rate: exchangeRate,
    /** Who says so, in words for people. */
    source: z.string(),
  }),
});

export const rateEvents = [rateSet] as const;
export type RateEvent = EventOf<(typeof rateEvents)[number]>;
