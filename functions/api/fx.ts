import { z } from 'zod';
import type { PageKey } from '../../application/queries/ports.ts';
import { eventId } from '../../eventSourcing/commit.ts';
import { givenRate } from '../../domain/exchange.ts';
import { rate } from '../../domain/rate/rate.ts';
import { line } from '../../domain/text.ts';
import { position, version } from '../../projections/fields.ts';
import { byPair, newestRateFirst, presentRate, rateAnswer, rates, type RateRow } from '../../projections/rates.ts';
import { answerOutcome, commandRequest } from '../http/command.ts';
import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { answerQuery, answerWithoutRow, sourceHeader } from '../http/query.ts';
import { accountCommandHeaders, atLeast, pageOf, pageQuery, positionsFor } from '../http/schemas.ts';
import { pagesOf } from '../http/viewEndpoint.ts';
import type { Services } from '../services.ts';
import { pairRoute, rateIdOf } from './currencyPair.ts';

/** Rates of exchange. */
export const fxEndpoints: EndpointTable = {
  setRate: endpoint({
    put: 'ops/fx/rates/{pair}',
    access: 'operator',
    summary: 'Set how much of the second currency one unit of the first brings',
    params: pairRoute,
    headers: accountCommandHeaders,
    body: z.strictObject({ rate: givenRate, source: line(140) }),
    example: { rate: '1.0842', source: 'European Central Bank' },
    refuses: ['VersionMismatch', 'IdempotencyKeyReused', 'TooManyRequests', 'Contention'],
    answers: { status: 200, body: z.object({ version, position }) },
    async handle({ bank }, received) {
      const { pair } = received.params;
      const request = commandRequest(received, { type: 'SetRate', ...pair, ...received.body } as const);
      return answerOutcome(await bank.execute(rate, rateIdOf(pair), request), {
        status: 200,
        of: ({ aggregateId, version: reached }) => ({
          body: { version: reached, position: eventId(aggregateId, reached) },
        }),
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
