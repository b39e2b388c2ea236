import { createHash } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
import type { EmailClaims } from '../../application/commands/ports.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { deleteAsRead } from './client/deleteAsRead.ts';
import { readItem } from './client/readItem.ts';

const claimItem = z.object({ customerId: z.string(), claimedAt: instant });

/**
 * Container `customer-emails`, partition key `/id`: the SHA-256 of the normalised address, since ids allow fewer characters than
 * addresses.
 */
export const cosmosEmailClaims = (emails: Container): EmailClaims => ({
  async read(address) {
    const id = idOf(address);
    const read = await readItem(emails, id, id);
    return read && { ...claimItem.parse(read.item), etag: read.etag };
  },

  write(address, claim, etag) {
    const id = idOf(address);
    return createOrReplace(emails, { id, ...claim }, id, etag);
  },

  release(address, etag) {
    const id = idOf(address);
    return deleteAsRead(emails, id, id, etag);
  },
});

const idOf = (address: string): string => createHash('sha256').update(address).digest('hex');
