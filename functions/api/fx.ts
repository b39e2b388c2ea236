import { z } from 'zod';
import { instantOf } from '../../application/clock.ts';
import { loadCurrent } from '../../application/commands/currentState.ts';
import type { PageKey } from '../../application/queries/ports.ts';
import { currency } from '../../domain/currency.ts';
import { eventId } from '../../eventSourcing/commit.ts';
import { exchange, exchangeRate, givenRate } from '../../domain/exchange.ts';
import { rate } from '../../domain/rate/rate.ts';
import { line } from '../../domain/text.ts';
import { amount, toAmount } from '../../projections/fields.ts';
import { byPair, newestRateFirst, presentRate, rateAnswer, rates, type RateRow } from '../../projections/rates.ts';
import { answerOutcome, commandRequest } from '../http/command.ts';
import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { problem } from '../http/problem.ts';
import { answerQuery, answerWithoutRow, sourceHeader } from '../http/query.ts';
import { quotePattern } from '../http/quotes.ts';
import { commandHeaders, atLeast, givenMoney, pageOf, pageQuery, positionsFor } from '../http/schemas.ts';
import { pagesOf } from '../http/viewEndpoint.ts';
import type { Services } from '../services.ts';
import { changed } from './changed.ts';
import { pairRoute, rateIdOf } from './currencyPair.ts';

const quoteBody = z.strictObject({ sell: givenMoney, buy: currency }).refine((given) => !isSameTwice(given), {
  path: ['buy'],
  error: 'must be another currency',
  // Even if other fields are wrong: the caller gets all problems at once.
  when: () => true,
});

const twoCurrencies = z.object({ sell: z.object({ currency }), buy: currency });
const isSameTwice = (given: unknown): boolean => {
  const { data } = twoCurrencies.safeParse(given);
  return data !== undefined && data.sell.currency === data.buy;
};

const quoteAnswer = z
  .object({
    quote: z.string().meta({ pattern: quotePattern, description: 'A transfer at this rate sends it along' }),
    sell: amount,
    buy: amount,
    rate: exchangeRate,
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Quote', description: 'What one amount brings, until then and any number of times' });

const quoteMs = 60_000;

/** Rates of exchange, and quotes. */
export const fxEndpoints: EndpointTable = {
  setRate: endpoint({
    put: 'ops/fx/rates/{pair}',
    access: 'operator',
    summary: 'Set how much of the second currency one unit of the first brings',
    params: pairRoute,
    headers: commandHeaders,
    body: z.strictObject({ rate: givenRate, source: line(140) }),
    example: { rate: '1.0842', source: 'European Central Bank' },
    refuses: ['VersionMismatch', 'IdempotencyKeyReused', 'TooManyRequests', 'Contention'],
    answers: { status: 200, body: changed.body },
    async handle({ execute }, received) {
      const { pair } = received.params;
      const request = commandRequest(received, { type: 'SetRate', ...pair, ...received.body } as const);
      return answerOutcome(await execute(rate, rateIdOf(pair), request), {
        status: 200,
        of: changed.of,
      });
    },
  }),
  listRates: query({
    get: 'fx/rates',
    access: 'everyRole',
    summary: 'The newest rate of each pair, all of them',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(rateAnswer) }).meta({ id: 'Rates' }) },
    async handle(services, { headers }) {
      const rows = await everyRate(services);
      return answerQuery({ items: rows.map(presentRate) }, headers['if-none-match']);
    },
  }),
  rateHistory: query({
    get: 'fx/rates/{pair}/history',
    access: 'everyRole',
    summary: 'All rates that a pair has had, newest first',
    params: pairRoute,
    query: pageQuery.extend({ atLeast: atLeast.optional() }),
    refuses: ['NotFound', 'VersionNotReached', 'CursorExpired'],
    answers: { status: 200, body: pageOf(rateAnswer).meta({ id: 'RatePage' }), headers: sourceHeader },
    async handle({ freshRows, searches, cursors }, { params, query: { limit, cursor, atLeast: wanted }, headers }) {
      const id = rateIdOf(params.pair);
      const row = await freshRows.read(rates, rate.name, id, positionsFor(id, wanted));
      if (!('source' in row)) return answerWithoutRow(row);
      const pages = pagesOf(cursors, row.generation, `rates of ${id}`, {});
      const after = pages.read(cursor);
      if ('refusal' in after) return after.refusal;
      const search = newestRateFirst(row.found.positions[id] ?? 0);
      const page = await searches.entries(row.generation, id, { ...search, after: after.key, limit });
      return answerQuery(pages.body(page, presentRate), headers['if-none-match'], { source: row.source });
    },
  }),
  makeQuote: endpoint({
    post: 'fx/quotes',
    access: 'everyRole',
    summary: 'Quote what an amount brings in another currency; the bank keeps to the quote for a minute',
    body: quoteBody,
    example: { sell: { amount: '100.00', currency: 'EUR' }, buy: 'USD' },
    refuses: ['NoRate', 'AmountTooSmall', 'BalanceLimitExceeded'],
    answers: { status: 200, body: quoteAnswer },
    async handle({ eventStore, clock, signQuote }, { body: { sell, buy: other } }) {
      const id = rateIdOf({ base: sell.currency, quote: other });
      const current = await loadCurrent(rate, eventStore, id);
      if (current === 'fenced' || current.state.status === 'unset') return problem('NoRate');
      const { rate: newest } = current.state;
      const buy = exchange(sell, newest, other);
      if (buy === 'AmountTooSmall') return problem(buy);
      if (buy === 'BalanceLimitExceeded') return problem(buy, { detail: 'What it brings has more than 15 digits.' });

      const expiresAt = instantOf(clock.now() + quoteMs);
      const quote = signQuote({ sell, buy, rate: newest, rateId: eventId(id, current.version), expiresAt });
      return {
        status: 200,
        body: { quote, sell: toAmount(sell), buy: toAmount(buy), rate: newest, expiresAt },
      };
    },
  }),
};

const pageSize = 200;

/** A bank has rates for tens of pairs: the list has no pages. */
const everyRate = async ({ generations, searches }: Services): Promise<readonly RateRow[]> => {
  const generation = await generations.answering(rates);
  const rows: RateRow[] = [];
  for (let after: PageKey | undefined; ;) {
    const page = await searches.rows(generation, { orderBy: byPair, after, limit: pageSize });
    rows.push(...page.items.map(({ row }) => row));
    after = page.next;
    if (after === undefined) return rows;
  }
};
