import { z } from 'zod';
import { loadCurrent } from '../../application/commands/currentState.ts';
import { choiceOf, customer } from '../../domain/customer/customer.ts';
import { notificationType, notificationTypes, type NotificationChoice } from '../../domain/customer/notifications.ts';
import { eventId } from '../../eventSourcing/commit.ts';
import { customers } from '../../projections/customers.ts';
import { amount, position, toAmount, version } from '../../projections/fields.ts';
import { answerOutcome, commandRequest } from '../http/command.ts';
import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { notFound } from '../http/problem.ts';
import { answerQuery, answerWithoutRow, sourceHeader, versionedETag } from '../http/query.ts';
import { commandHeaders, atLeast, givenMoney, idRoute, positionsFor } from '../http/schemas.ts';

const types = z
  .array(notificationType)
  .refine((given) => new Set(given).size === given.length, { error: 'names a type twice' })
  // One order, so that two requests that mean the same are the same.
  .transform((given) => notificationTypes.filter((type) => given.includes(type)))
  .meta({ uniqueItems: true });

const notificationsBody = z
  .object({ types: z.array(notificationType), above: amount.optional(), version, position })
  .meta({
    id: 'Notifications',
    description:
      'The types of events of which the customer is told; of movements in the currency of `above`, only of greater ones',
  });

const present = (id: string, { types: chosen, above }: NotificationChoice, reached: number) => ({
  types: chosen,
  ...(above && { above: toAmount(above) }),
  version: reached,
  position: eventId(id, reached),
});

/** Of what customers are told by e-mail. */
export const notificationEndpoints: EndpointTable = {
  getNotifications: query({
    get: 'customers/{id}/notifications',
    access: 'ownQuery',
    summary: 'Of what a customer is told by e-mail',
    params: idRoute,
    query: z.strictObject({ atLeast: atLeast.optional() }),
    refuses: ['NotFound', 'VersionNotReached'],
    answers: { status: 200, body: notificationsBody, headers: { ...versionedETag, ...sourceHeader } },
    async handle({ freshRows, eventStore }, { params: { id }, query: asked, headers, caller: { onlyFor } }) {
      const row = await freshRows.read(customers, customer.name, id, positionsFor(id, asked.atLeast), onlyFor);
      if (!('source' in row)) return answerWithoutRow(row);
      const current = await loadCurrent(customer, eventStore, id);
      if (current === 'fenced' || current.state.status !== 'known') return notFound();
      const body = present(id, choiceOf(current.state), current.version);
      return answerQuery(body, headers['if-none-match'], { version: current.version, source: 'events' });
    },
  }),
  chooseNotifications: endpoint({
    put: 'customers/{id}/notifications',
    access: 'ownCommand',
    summary: 'Choose of what a customer is told by e-mail',
    params: idRoute,
    headers: commandHeaders,
    body: z.strictObject({ types, above: givenMoney.optional() }),
    example: { types: ['MoneyDeposited', 'TransferReceived'], above: { amount: '50.00', currency: 'EUR' } },
    refuses: ['NotFound', 'VersionMismatch', 'IdempotencyKeyReused', 'TooManyRequests', 'Contention'],
    answers: { status: 200, body: notificationsBody },
    async handle({ execute }, received) {
      const { params, body } = received;
      const answer = (reached: number) => ({ body: present(params.id, body, reached) });
      const request = commandRequest(received, { type: 'ChooseNotifications', ...body } as const);
      // The key's request is this one, so that its commit has chosen what the body says.
      return answerOutcome(await execute(customer, params.id, request), {
        status: 200,
        of: (commit) => answer(commit.version),
        unchanged: answer,
      });
    },
  }),
};
