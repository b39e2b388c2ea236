import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { instant } from '../../../domain/commit.ts';
import type { Aliases } from '../../../application/views/ports.ts';
import { createOrReplace } from '../client/createOrReplace.ts';
import { readItem } from '../client/readItem.ts';

const aliasItem = z.object({
  projection: z.string(),
  builds: z.int().min(0),
  generations: z.array(
    z.object({
      version: z.int().min(1),
      build: z.int().min(1),
      state: z.enum(['building', 'live', 'retired', 'clearing']),
      since: instant,
      missed: z.boolean(),
      passes: z.int().min(0),
      operationId: z.string().optional(),
    }),
  ),
  heldVersion: z.int().min(1).optional(),
});

/** Container `aliases`, partition key `/id`: the generations of each projection. */
export const cosmosAliases = (aliases: Container): Aliases => ({
  async load(projection) {
    const read = await readItem(aliases, projection, projection);
    if (read === undefined || read === 'unchanged') return undefined;
    return { alias: aliasItem.parse(read.item), etag: read.etag };
  },
  async save(alias, expectedEtag) {
    const item = { id: alias.projection, ...alias };
    const written = await createOrReplace(aliases, item, alias.projection, expectedEtag);
    return written === 'conflict' ? 'conflict' : 'saved';
  },
});
