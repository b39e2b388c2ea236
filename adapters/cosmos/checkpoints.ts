import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { Checkpoints } from '../../application/ports.ts';
import { cosmosCall } from './failure.ts';
import { createOrReplace } from './createOrReplace.ts';

const checkpointItem = z.object({ position: z.string() });

/** Container `checkpoints`, partition key `/id`: the position of each process that reads the event store on and on. */
export const cosmosCheckpoints = (checkpoints: Container): Checkpoints => ({
  async load(process) {
    const { resource, etag } = await cosmosCall(() =>
      checkpoints.item(process, process).read<Record<string, unknown>>(),
    );
    return resource && { position: checkpointItem.parse(resource).position, etag };
  },

  async save(process, position, expectedEtag) {
    const etag = await createOrReplace(checkpoints, { id: process, position }, process, expectedEtag);
    return etag === 'conflict' ? 'conflict' : { position, etag };
  },
});
