import { createHash } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
import type { EmailClaims } from '../../application/commands/ports.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { readItem } from './client/readItem.ts';

const claimItem = z.object({ customerId: z.string(), claimedAt: instant });

/**
 * Container `customer-emails`, partition key `/id`: the SHA-256 of the normalised address, since ids allow fewer characters than
 * addresses.
 */
export const cosmosEmailClaims = (emails: Container): EmailClaims => ({
  async claim(address, claim) {
    const id = idOf(address);
    if ((await createOrReplace(emails, { id, ...claim }, id, undefined)) !== 'conflict') return 'claimed';
    const read = await readItem(emails, id, id);
    // Nobody ever removes a claim.
    if (!read) throw new Error(`Claim ${id} is there and is not there`);
    return { ...claimItem.parse(read.item), etag: read.etag };
  },

  async takeOver(address, claim, etag) {
    const id = idOf(address);
    return (await createOrReplace(emails, { id, ...claim }, id, etag)) === 'conflict' ? 'conflict' : 'claimed';
  },
});

const idOf = (address: string): string => createHash('sha256').update(address).digest('hex');
