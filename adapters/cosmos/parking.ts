import { createHash } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import type { Clock, Parking } from '../../application/ports.ts';
import { createOrReplace } from './createOrReplace.ts';

/** Well below the 2 MB of an item; a message has 256 KB, or up to 100 MB in the premium tier. */
const maximumBodyLength = 500_000;

/** Container `parked`, partition key `/subscription`: messages that can never be handled. */
export const cosmosParking = (parked: Container, clock: Clock): Parking => ({
  async park(subscription, { messageId, reason, body, properties }) {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
    const item = {
      // The same message parked twice is one item.
      id: createHash('sha256')
        .update(JSON.stringify([messageId, text]))
        .digest('hex'),
      subscription,
      messageId,
      reason,
      body: text.slice(0, maximumBodyLength),
      truncated: text.length > maximumBodyLength,
      properties,
      parkedAt: new Date(clock.now()).toISOString(),
    };
    await createOrReplace(parked, item, subscription, undefined);
  },
});
