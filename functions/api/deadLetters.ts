import { z } from 'zod';
import { count } from '../../projections/fields.ts';
import { relayName } from '../../application/publishing/relay.ts';
import { letterPlace } from '../../application/subscriptions/deadLetters.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import { notFound, notFoundAmong, problem } from '../http/problem.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import type { ContextServices } from '../services.ts';

const maximumBodyLength = 10_000;

const deadLetter = z
  .object({
    id: z.string().optional().meta({ description: 'Of a parked message, which can be sent again or removed alone' }),
    listener: z.string().meta({
      description:
        'A view, a subscriber, or a subscription that several share; "relay": a message that could never be sent',
    }),
    state: z.enum(['parked', 'deadLettered']).meta({
      description: 'Parked by the app, since it can never apply the message; or dead-lettered by Service Bus',
    }),
    messageId: z.string().meta({ description: 'The id of the message as it was first sent' }),
    reason: z.string(),
    description: z.string().optional(),
    body: z.string().meta({ description: `JSON or text, cut after ${maximumBodyLength} characters` }),
    enqueuedAt: z.string().optional(),
    deliveryCount: count.optional(),
    count: count.optional().meta({
      description:
        'How many messages it stands for: those without a right signature that came for one reason in one minute',
    }),
  })
  .meta({ id: 'DeadLetter' });

const resubmitted = z
  .object({
    resubmitted: count,
    more: z.boolean().meta({ description: 'Whether some are left: send the request again' }),
  })
  .meta({ id: 'Resubmitted' });

const listener = z.string().max(100).describe('As the list of messages names it');
const one = z.strictObject({ listener, id: z.string().max(100).describe('Of a parked message') });

export const deadLetterEndpoints: EndpointTable<ContextServices> = {
  listDeadLetters: endpoint({
    get: 'ops/dead-letters',
    access: 'operator',
    summary:
      'Messages that could not be handled: first what is parked, then the dead letters of each subscription, oldest first',
    query: pageQuery.extend({ listener: listener.optional() }),
    refuses: ['NotFound'],
    answers: { status: 200, body: pageOf(deadLetter).meta({ id: 'DeadLettersPage' }) },
    async handle({ addressees, deadLetters, cursors }, { query: { listener, limit, cursor } }) {
      const names = [...addressees, relayName];
      if (listener !== undefined && !names.includes(listener)) return notFoundAmong('listener', names);
      const scope = { list: `dead letters ${listener ?? ''}`, generation: 'messages' };
      const after = cursors.read(scope, letterPlace, cursor);
      if ('refusal' in after) return after.refusal;
      const found = await deadLetters.list(listener, limit, after.key);
      const items = found.items.map((item) => ({ ...item, body: item.body.slice(0, maximumBodyLength) }));
      return { status: 200, body: { items, nextCursor: found.next && cursors.write(scope, found.next) } };
    },
  }),
  resubmitDeadLetters: endpoint({
    post: 'ops/dead-letters/{listener}/resubmit',
    access: 'operator',
    summary: 'Send the events of what is parked or dead-lettered to that listener again, as the event store has them',
    params: z.strictObject({ listener }),
    refuses: ['NotFound'],
    answers: { status: 200, body: resubmitted },
    async handle({ addressees, deadLetters }, { params: { listener } }) {
      if (!addressees.includes(listener)) return notFoundAmong('listener', addressees);
      return { status: 200, body: await deadLetters.resubmit(listener) };
    },
  }),
  resubmitDeadLetter: endpoint({
    post: 'ops/dead-letters/{listener}/{id}/resubmit',
    access: 'operator',
    summary: 'Send the event of one parked message to its listener again, as the event store has it',
    params: one,
    refuses: ['NotFound', 'EventGone'],
    answers: { status: 200, body: resubmitted },
    async handle({ deadLetters }, { params: { listener, id } }) {
      const body = await deadLetters.resubmitOne(listener, id);
      if (body === 'eventGone') return problem('EventGone');
      return body ? { status: 200, body } : notFound();
    },
  }),
  discardDeadLetter: endpoint({
    delete: 'ops/dead-letters/{listener}/{id}',
    access: 'operator',
    summary: 'Remove one parked message for good; the log keeps its reason',
    params: one,
    refuses: ['NotFound'],
    answers: { status: 204 },
    handle: async ({ deadLetters }, { params: { listener, id } }) =>
      (await deadLetters.discard(listener, id)) ? { status: 204 } : notFound(),
  }),
};
