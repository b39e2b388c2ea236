import { z } from 'zod';
import { relayName } from '../../application/publishing/relay.ts';
import { letterPlace } from '../../application/subscriptions/deadLetters.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import { notFound } from '../http/problem.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';

const maximumBodyLength = 10_000;

const deadLetter = z
  .object({
    subscription: z.string().meta({ description: '"relay": a message that could never be sent' }),
    state: z.enum(['parked', 'deadLettered']).meta({
      description: 'Parked by the app, since it can never apply the message; or dead-lettered by Service Bus',
    }),
    messageId: z.string().meta({ description: 'The id of the message as it was first sent' }),
    reason: z.string(),
    description: z.string().optional(),
    body: z.string().meta({ description: `JSON or text, cut after ${maximumBodyLength} characters` }),
    enqueuedAt: z.string().optional(),
    deliveryCount: z.int().optional(),
  })
  .meta({ id: 'DeadLetter' });

const resubmitted = z
  .object({
    resubmitted: z.int(),
    more: z.boolean().meta({ description: 'Whether some are left: send the request again' }),
  })
  .meta({ id: 'Resubmitted' });

export const deadLetterEndpoints: EndpointTable = {
  listDeadLetters: endpoint({
    get: 'ops/dead-letters',
    access: 'operator',
    summary:
      'Messages that could not be applied: first what is parked, then the dead letters of each subscription, oldest first',
    query: pageQuery.extend({ subscription: z.string().max(100).optional() }),
    refuses: ['NotFound'],
    answers: { status: 200, body: pageOf(deadLetter).meta({ id: 'DeadLettersPage' }) },
    async handle({ addressees, deadLetters, cursors }, { query: { subscription, limit, cursor } }) {
      if (subscription !== undefined && ![...addressees, relayName].includes(subscription)) return notFound();
      const scope = { list: `dead letters ${subscription ?? ''}`, generation: 'messages' };
      const after = cursors.read(scope, letterPlace, cursor);
      if ('refusal' in after) return after.refusal;
      const found = await deadLetters.list(subscription, limit, after.key);
      const items = found.items.map(({ listener, ...item }) => ({
        subscription: listener,
        ...item,
        body: item.body.slice(0, maximumBodyLength),
      }));
      return { status: 200, body: { items, nextCursor: found.next && cursors.write(scope, found.next) } };
    },
  }),
  resubmitDeadLetters: endpoint({
    post: 'ops/dead-letters/{subscription}/resubmit',
    access: 'operator',
    summary: 'Send what is parked or dead-lettered to that subscription again',
    params: z.strictObject({ subscription: z.string() }),
    refuses: ['NotFound'],
    answers: { status: 200, body: resubmitted },
    async handle({ addressees, deadLetters }, { params: { subscription } }) {
      if (!addressees.includes(subscription)) return notFound();
      return { status: 200, body: await deadLetters.resubmit(subscription) };
    },
  }),
};
