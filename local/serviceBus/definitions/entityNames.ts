import { z } from 'zod';

/** The name of a queue or topic. */
export const entityName = z
  .string()
  .max(260)
  .regex(
    /^[A-Za-z0-9$](?:[A-Za-z0-9._/~-]*[A-Za-z0-9])?$/,
    'has letters, digits and . - _ / ~, and ends in none of these',
  );

/** The name of a subscription or rule. */
export const entryName = entityName.max(50).regex(/^[^/]*$/, 'must not contain a slash');

export const subscriptionPath = (topic: string, subscription: string) => `${topic}/Subscriptions/${subscription}`;
