import { z } from 'zod';
import { progressOf } from '../application/operations.ts';
import { operations } from './composition.ts';
import { serve } from './http/endpoint.ts';
import { describe } from './http/operation.ts';
import { notFound } from './http/problem.ts';
import { uuid } from './http/schemas.ts';

const operation = describe({
  id: 'getOperation',
  method: 'GET',
  route: 'ops/operations/{operationId}',
  access: 'operations',
  summary: 'How far a rebuild or a replay is',
  params: z.strictObject({ operationId: uuid }),
  answer: {
    status: 200,
    body: z
      .object({
        operationId: z.string(),
        kind: z.string(),
        subject: z.string().meta({ description: 'The projection or the subscription' }),
        status: z.enum(['running', 'succeeded', 'failed']),
        reason: z.string().optional().meta({ description: 'Why it failed' }),
        done: z.int().meta({ description: 'Events' }),
        total: z.int().meta({ description: 'Events; an estimate until the end' }),
        rate: z.int().meta({ description: 'Events a second' }),
        secondsLeft: z.int().optional(),
        startedAt: z.iso.datetime(),
        updatedAt: z.iso.datetime(),
      })
      .meta({ id: 'Operation' }),
  },
  problems: ['NotFound'],
});

serve(operation, async ({ params: { operationId } }) => {
  const found = await operations.load(operationId);
  if (!found) return notFound();
  return { status: 200, body: { ...found, state: undefined, ...progressOf(found, Date.now()) } };
});
