import { z } from 'zod';
import { account } from '../../domain/account/account.ts';
import type { SendTransfer } from '../../domain/account/commands.ts';
import { presentTransfer, transferAnswer } from '../../projections/book/transfers.ts';
import { uuid } from '../../projections/fields.ts';
import { commandOf } from '../http/commandEndpoint.ts';
import { query, type EndpointTable } from '../http/endpoint.ts';
import { notFound } from '../http/problem.ts';
import { answerQuery } from '../http/query.ts';
import { eventIdParameter, idRoute, movementWith } from '../http/schemas.ts';
import { followTransfer } from './transferProgress.ts';
import { transferSent } from './transferSent.ts';
import { endOfTransfer, sentTransfer } from './transferStatus.ts';
import { isWithinReach } from './withinReach.ts';

/** The view `transactions` declares the list of transfers, which `views.ts` serves. */
export const transferEndpoints: EndpointTable = {
  sendTransfer: commandOf(
    account,
    {
      post: 'accounts/{id}/transfers',
      access: 'ownCommand',
      summary: 'Send money to another account',
      params: idRoute,
      body: movementWith({
        to: uuid.meta({ description: 'The account that gets the money' }),
        quote: z
          .string()
          .optional()
          .meta({ description: 'Where that account has another currency: a quote of exactly this amount' }),
      }),
      example: { amount: '12.00', currency: 'EUR', to: '0199f8a2-7b1c-7000-8000-000000000001', reference: 'Dinner' },
      refuses: [
        ...(['AccountClosed', 'AccountFrozen', 'SameAccount', 'CurrencyMismatch', 'UnknownAccount'] as const),
        ...([
          'ReceiverClosed',
          'QuoteRequired',
          'QuoteExpired',
          'QuoteMismatch',
          'InsufficientFunds',
          'TooManyTransfers',
        ] as const),
      ],
      answers: transferSent,
      ...followTransfer,
    },
    ({ params: { id }, body: { amount, reference, to, quote } }, { readQuote }): SendTransfer => ({
      ...{ type: 'SendTransfer', amount, reference, to, isSame: to === id, receiver: undefined },
      ...(quote !== undefined && { quote: readQuote(quote) }),
    }),
  ),
  getTransfer: query({
    get: 'transfers/{transferId}',
    access: 'ownQuery',
    summary: 'A transfer, from the event store',
    params: z.strictObject({ transferId: eventIdParameter('The id of the transfer') }),
    refuses: ['NotFound'],
    answers: { status: 200, body: transferAnswer },
    async handle(services, { params: { transferId }, headers, caller }) {
      const { aggregateId: from } = transferId;
      const sent = await sentTransfer(services.eventStore, transferId);
      // Before its end is read: what a stranger asks about takes as many requests as what there is not.
      const isReachable = await isWithinReach(services, [from, sent?.receiver ?? from], caller);
      if (!sent || !isReachable) return notFound();
      const { endVersion, ...end } = (await endOfTransfer(services.eventStore, from, sent.id)) ?? {};
      return answerQuery(presentTransfer({ ...sent, ...end }), headers['if-none-match']);
    },
  }),
};
