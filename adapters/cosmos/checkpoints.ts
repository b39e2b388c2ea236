import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { Checkpoints } from '../../application/checkpoints.ts';
import { createOrReplace } from './client/createOrReplace.ts';
import { readItem } from './client/readItem.ts';

const checkpointItem = z.object({ position: z.string() });

/** Container `checkpoints`, partition key `/id`: the position of each process that follows the event store. */
export const cosmosCheckpoints = (checkpoints: Container): Checkpoints => ({
  async load(process) {
    const read = await readItem(checkpoints, process, process);
    return read && { position: checkpointItem.parse(read.item).position, etag: read.etag };
  },

  async save(process, position, expectedEtag) {
    const written = await createOrReplace(checkpoints, { id: process, position }, process, expectedEtag);
    return written === 'conflict' ? 'conflict' : { position, etag: written.etag };
  },
});
