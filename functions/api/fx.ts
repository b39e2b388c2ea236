import { z } from 'zod';
import { eventId } from '../../eventSourcing/commit.ts';
import { givenRate } from '../../domain/exchange.ts';
import { rate } from '../../domain/rate/rate.ts';
import { line } from '../../domain/text.ts';
import { position, version } from '../../projections/fields.ts';
import { answerOutcome, commandRequest } from '../http/command.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import { accountCommandHeaders } from '../http/schemas.ts';
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
};
