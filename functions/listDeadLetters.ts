import { z } from 'zod';
import { relayName } from '../application/relay.ts';
import { deadLetters, subscriptions } from './composition.ts';
import { serve } from './http/endpoint.ts';
import { describe } from './http/operation.ts';
import { notFound } from './http/problem.ts';
import { pageQuery } from './http/schemas.ts';

const maximumBodyLength = 10_000;

const operation = describe({
  id: 'listDeadLetters',
  method: 'GET',
  route: 'ops/dead-letters',
  access: 'operations',
  summary:
    'Messages that could not be applied, the oldest first: at most so many parked, and so many dead-lettered of each subscription',
  query: pageQuery.pick({ limit: true }).extend({ subscription: z.string().max(100).optional() }),
  answer: {
    status: 200,
    body: z.object({
      items: z.array(
        z
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
          .meta({ id: 'DeadLetter' }),
      ),
    }),
  },
  problems: ['NotFound'],
});

serve(operation, async ({ query: { subscription, limit } }) => {
  if (subscription !== undefined && ![...subscriptions, relayName].includes(subscription)) return notFound();
  const found = await deadLetters.list(subscription, limit);
  const items = found.map((item) => ({ ...item, body: item.body.slice(0, maximumBodyLength) }));
  return { status: 200, body: { items } };
});
