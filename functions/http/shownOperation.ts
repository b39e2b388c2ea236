import { z } from 'zod';
import { progressOf, type Operation } from '../../application/jobs/operations.ts';
import { uuid } from './schemas.ts';

export const operationRoute = z.strictObject({ operationId: uuid });

export const operationBody = z
  .object({
    operationId: z.string(),
    kind: z.string(),
    subject: z.string().meta({ description: 'The projection or the subscription' }),
    status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    cancelRequested: z.boolean().optional().meta({ description: 'It was asked to end before its next step' }),
    reason: z.string().optional().meta({ description: 'Why it failed' }),
    done: z.int().meta({ description: 'Events' }),
    total: z.int().meta({ description: 'Events; an estimate until the end' }),
    rate: z.int().meta({ description: 'Events a second' }),
    secondsLeft: z.int().optional(),
    startedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Operation' });

export const shownOperation = (operation: Operation, now: number): object => ({
  ...operation,
  state: undefined,
  ...progressOf(operation, now),
});
