import { z } from 'zod';
import { letterPlace } from '../../application/subscriptions/deadLetters.ts';
import { relayName } from '../../application/publishing/relay.ts';
import { cursors, deadLetters, subscriptions } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { notFound } from '../http/problem.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';

const maximumBodyLength = 10_000;

const deadLetter = z
  .object({
    subscription: z.string().meta({ description: '"relay": what could never be sent' }),
    state: z
      .enum(['parked', 'deadLettered'])
      .meta({ description: 'By the app, since it can never be applied; or by Service Bus' }),
    messageId: z.string().meta({ description: 'Of the message that was sent first' }),
    reason: z.string(),
    description: z.string().optional(),
    body: z.string().meta({ description: `JSON or text, cut after ${maximumBodyLength} characters` }),
    enqueuedAt: z.string().optional(),
    deliveryCount: z.int().optional(),
  })
  .meta({ id: 'DeadLetter' });

const operation = describe({
  id: 'listDeadLetters',
  method: 'GET',
  route: 'ops/dead-letters',
  access: 'operations',
  summary:
    'Messages that could not be applied: what is parked, then the dead letters of each subscription, the oldest first',
  query: pageQuery.extend({ subscription: z.string().max(100).optional() }),
  answer: { status: 200, body: pageOf(deadLetter).meta({ id: 'DeadLettersPage' }) },
  problems: ['NotFound'],
});

serve(operation, async ({ query: { subscription, limit, cursor } }) => {
  if (subscription !== undefined && ![...subscriptions, relayName].includes(subscription)) return notFound();
  const scope = { list: `dead letters ${subscription ?? ''}`, generation: 'messages' };
  const after = cursors.read(scope, letterPlace, cursor);
  if ('refusal' in after) return after.refusal;
  const found = await deadLetters.list(subscription, limit, after.key);
  const items = found.items.map((item) => ({ ...item, body: item.body.slice(0, maximumBodyLength) }));
  return { status: 200, body: { items, nextCursor: found.next && cursors.write(scope, found.next) } };
});
