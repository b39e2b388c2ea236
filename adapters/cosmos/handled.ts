import { randomUUID } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { instantOf, type Clock } from '../../application/clock.ts';
import type { HandledEvents, Handling } from '../../application/subscriptions/handled.ts';
import { updateUntilWritten } from '../../application/updateUntilWritten.ts';
import { instant } from '../../eventSourcing/commit.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { deleteAsRead } from './client/deleteAsRead.ts';
import { cosmosCall } from './client/failure.ts';
import { readItem } from './client/readItem.ts';

const handledItem = z.discriminatedUnion('state', [
  z.object({ state: z.literal('claimed'), claimId: z.string(), claimedUntil: instant }),
  z.object({ state: z.literal('done') }),
]);

const idOf = ({ listener, eventId }: Handling): string => `${listener}:${eventId}`;

/** Counts from the last write; without it an item stays for good. */
const ttlOf = ({ remembersForSeconds }: Handling) =>
  remembersForSeconds === undefined ? {} : { ttl: remembersForSeconds };

/** Container `handled`, partition key `/id`: an item for each listener and each event that it has handled, or is handling. */
export const cosmosHandled = (container: Container, clock: Clock): HandledEvents => ({
  claim(handling, leaseMs) {
    const id = idOf(handling);
    const claimId = randomUUID();
    let expectedEtag: string | undefined;
    return updateUntilWritten(`Item ${id}`, async () => {
      const claimedUntil = instantOf(clock.now() + leaseMs);
      const item = { id, state: 'claimed', claimId, claimedUntil, ...ttlOf(handling) };
      const written = await createOrReplace(container, item, id, expectedEtag);
      if (written !== 'conflict') return { ...handling, ...written };

      const found = await readItem(container, id, id);
      expectedEtag = found?.etag;
      if (!found) return 'conflict';
      const held = handledItem.parse(found.item);
      if (held.state === 'done') return 'done';
      // This claim was written, and the answer lost.
      if (held.claimId === claimId) return { ...handling, etag: found.etag };
      return held.claimedUntil > instantOf(clock.now()) ? 'taken' : 'conflict';
    });
  },

  async finish(claim) {
    await cosmosCall(() => container.items.upsert({ id: idOf(claim), state: 'done', ...ttlOf(claim) }));
  },

  release: (claim) => deleteAsRead(container, idOf(claim), idOf(claim), claim.etag),
});
