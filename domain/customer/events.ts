import { z } from 'zod';
import { defineEvent, type EventOf } from '../../eventSourcing/event.ts';

const customerCreated = defineEvent({
  type: 'CustomerCreated',
  schemaVersion: 1,
  data: z.strictObject({ firstName: z.string(), lastName: z.string(), email: z.string() }),
});

export const customerEvents = [customerCreated] as const;
export type CustomerEvent = EventOf<(typeof customerEvents)[number]>;
