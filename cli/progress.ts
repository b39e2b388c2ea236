import { z } from 'zod';

/** How far an operation of the app is. */
export const progress = z.object({
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  reason: z.string().optional(),
  done: z.number(),
  total: z.number(),
  rate: z.number(),
  secondsLeft: z.number().optional(),
});

export type Progress = z.infer<typeof progress>;
