import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { instant } from '../../../eventSourcing/commit.ts';
import type { Aliases } from '../../../application/views/ports.ts';
import { createOrReplace } from '../client/createOrReplace.ts';
import { readItem } from '../client/readItem.ts';

const aliasItem = z.object({
  builds: z.int().min(0),
  generations: z.array(
    z.object({
      version: z.int().min(1),
      build: z.int().min(1),
      state: z.enum(['building', 'live', 'retired', 'clearing']),
      since: instant,
      missed: z.boolean(),
      passes: z.int().min(0),
      jobId: z.string().optional(),
    }),
  ),
  heldVersion: z.int().min(1).optional(),
});

/** Container `aliases`, partition key `/id`: the generations of each view. */
export const cosmosAliases = (aliases: Container): Aliases => ({
  async load(view) {
    const read = await readItem(aliases, view, view);
    return read && { alias: { view, ...aliasItem.parse(read.item) }, etag: read.etag };
  },
  async save(alias, expectedEtag) {
    const { view, ...fields } = alias;
    const written = await createOrReplace(aliases, { id: view, ...fields }, view, expectedEtag);
    return written === 'conflict' ? 'conflict' : 'saved';
  },
});
