import { z } from 'zod';
import { defineEvent, upcaster, type EventOf } from '../../eventSourcing/event.ts';

/** What tells who somebody is stands in the member `person` of an event's data, so that erasing a person has one place to look. */
const person = z.strictObject({ firstName: z.string(), lastName: z.string(), email: z.string() });
const name = person.omit({ email: true });

const customerCreated = defineEvent({
  type: 'CustomerCreated',
  schemaVersion: 2,
  data: z.strictObject({ person }),
  upcasters: {
    1: upcaster(z.strictObject({ firstName: z.string(), lastName: z.string(), email: z.string() }), (data) => ({
      person: data,
    })),
  },
});

const customerRenamed = defineEvent({
  type: 'CustomerRenamed',
  schemaVersion: 1,
  data: z.strictObject({ person: name }),
});

export const customerEvents = [customerCreated, customerRenamed] as const;
export type CustomerEvent = EventOf<(typeof customerEvents)[number]>;
