import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import { instant } from '../../../eventSourcing/commit.ts';
import type { Aliases } from '../../../application/views/ports.ts';
import { createOrReplace } from '../client/createOrReplace.ts';
import { readItem } from '../client/readItem.ts';

/** Loose, since this program also writes what newer code says of its views. */
const aliasesItem = z.object({
  views: z.record(
    z.string(),
    z.looseObject({
      subscription: z.string(),
      builds: z.int().min(0),
      generations: z.array(
        z.looseObject({
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
      stalled: z.object({ since: instant, reason: z.string() }).optional(),
    }),
  ),
});
const id = 'views';

/** Container `aliases`, partition key `/id`: one item with the generations of all views, which each batch of messages needs. */
export const cosmosAliases = (aliases: Container): Aliases => ({
  async load() {
    const read = await readItem(aliases, id, id);
    if (!read) return undefined;
    const { views } = aliasesItem.parse(read.item);
    return { aliases: Object.entries(views).map(([view, alias]) => ({ view, ...alias })), etag: read.etag };
  },
  async save(all, expectedEtag) {
    const views = Object.fromEntries(all.map(({ view, ...alias }) => [view, alias]));
    const written = await createOrReplace(aliases, { id, views }, id, expectedEtag);
    return written === 'conflict' ? 'conflict' : 'saved';
  },
});
