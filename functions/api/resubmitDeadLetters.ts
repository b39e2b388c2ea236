import { z } from 'zod';
import { deadLetters, subscriptions } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { notFound } from '../http/problem.ts';

const operation = describe({
  id: 'resubmitDeadLetters',
  method: 'POST',
  route: 'ops/dead-letters/{subscription}/resubmit',
  access: 'operations',
  summary: 'Send what is parked or dead-lettered again, to that subscription alone',
  params: z.strictObject({ subscription: z.string() }),
  answer: {
    status: 200,
    body: z
      .object({
        resubmitted: z.int(),
        more: z.boolean().meta({ description: 'It ended at its bounds: ask again for the rest' }),
      })
      .meta({ id: 'Resubmitted' }),
  },
  problems: ['NotFound'],
});

serve(operation, async ({ params: { subscription } }) => {
  if (!subscriptions.includes(subscription)) return notFound();
  return { status: 200, body: await deadLetters.resubmit(subscription) };
});
