import { z } from 'zod';
import { instant, type RecordedEvent } from '../eventSourcing/commit.ts';
import { currency } from '../domain/currency.ts';
import { exchangeRate } from '../domain/exchange.ts';
import type { RateEvent } from '../domain/rate/events.ts';
import { rate } from '../domain/rate/rate.ts';
import { versionKey } from './fields.ts';
import { defineView } from '../eventSourcing/view.ts';
import type { Order, Search } from '../eventSourcing/viewRoute.ts';

const rateRow = z.strictObject({
  base: currency,
  quote: currency,
  rate: exchangeRate,
  source: z.string(),
  since: instant,
});
export type RateRow = z.infer<typeof rateRow>;

export const byPair: readonly Order[] = [
  ['row.base', 'ascending'],
  ['row.quote', 'ascending'],
];

/**
 * One row for each pair, with its newest rate; an entry for each rate that it ever had. `functions/api/fx.ts` has its queries: they
 * name pairs instead of ids.
 */
export const rates = defineView({
  name: 'rates',
  version: 1,
  follows: [rate],
  rowOf: (event) => event.aggregateId,
  row: rateRow,
  evolve: (_row, event) => rowAt(event),
  entry: rateRow.extend({ version: z.int() }),
  entriesOf: (event) => [{ key: versionKey(event.version), entry: { ...rowAt(event), version: event.version } }],
  index: {
    paths: ['row.base', 'row.quote', 'entry.version'],
    orders: [byPair],
  },
});

const rowAt = ({ data, occurredAt }: RecordedEvent<RateEvent>): RateRow => ({ ...data, since: occurredAt });

/** `reached`: how far the row has come. Entries beyond it may be there already. */
export const newestRateFirst = (reached: number): Search => ({
  where: [['entry.version', '<=', reached]],
  orderBy: [['entry.version', 'descending']],
});

/** How a rate is answered, of today or of the past. */
export const rateAnswer = z
  .object({ base: currency, quote: currency, rate: exchangeRate, source: z.string(), since: z.iso.datetime() })
  .meta({ id: 'Rate' });

/** A row or an entry, without what answers do not show. */
export const presentRate = (stored: unknown) => rateAnswer.parse(stored);
