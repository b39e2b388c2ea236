import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
import { defineEvent, upcaster, type EventOf } from '../../eventSourcing/event.ts';
import { notificationChoice } from './notifications.ts';

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

const customerEmailChanged = defineEvent({
  type: 'CustomerEmailChanged',
  schemaVersion: 1,
  data: z.strictObject({ person: person.pick({ email: true }) }),
});

/** Of the claims that this customer has made so far, only the one on the address that they have counts from now on. */
const emailClaimLapsed = defineEvent({
  type: 'EmailClaimLapsed',
  schemaVersion: 1,
  /** When the claim was made that somebody takes over. */
  data: z.strictObject({ claimedAt: instant }),
});

/** Of what the customer is told from now on. */
const notificationsChosen = defineEvent({ type: 'NotificationsChosen', schemaVersion: 1, data: notificationChoice });

export const customerEvents = [
  ...[customerCreated, customerRenamed, customerEmailChanged],
  ...[emailClaimLapsed, notificationsChosen],
] as const;
export type CustomerEvent = EventOf<(typeof customerEvents)[number]>;
