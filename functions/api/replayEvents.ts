import { z } from 'zod';
import { eventsOf } from '../../domain/commit.ts';
import { instantQuery } from '../../projections/fields.ts';
import { replay, subscriptions } from '../composition.ts';
import { begunBody, begunHeaders, operationBegun } from '../http/begunOperation.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { notFound } from '../http/problem.ts';
import { uuid } from '../http/schemas.ts';

const eventTypes = Object.values(eventsOf).flatMap((events) => events.map(({ type }) => type));

const operation = describe({
  id: 'replayEvents',
  method: 'POST',
  route: 'ops/subscriptions/{name}/replay',
  access: 'operations',
  summary: 'Send history again, to one subscription alone, those of one aggregate in order',
  params: z.strictObject({ name: z.string() }),
  body: z
    .strictObject({
      from: z
        .union([z.int().min(1), instantQuery], { error: 'must be an instant, or a version of the aggregate' })
        .meta({ description: 'An instant, or a version of the aggregate' }),
      aggregateId: uuid.optional(),
      types: z
        .array(z.enum(eventTypes, { error: `must be one of ${eventTypes.join(', ')}` }))
        .min(1)
        .optional(),
      eventsPerSecond: z.int().min(1).max(10_000).default(500),
    })
    .refine(({ from, aggregateId }) => typeof from === 'string' || aggregateId !== undefined, {
      path: ['aggregateId'],
      error: 'is required with a version',
    }),
  answer: { status: 202, body: begunBody, headers: begunHeaders },
  problems: ['NotFound'],
});

serve(operation, async ({ params: { name }, body }) => {
  if (!subscriptions.includes(name)) return notFound();
  const operationId = await replay(name, body);
  return operationId === undefined ? notFound() : operationBegun(operationId);
});
