import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { Standings } from '../../../application/views/ports.ts';
import { instant } from '../../../eventSourcing/commit.ts';
import { cosmosCall } from '../client/failure.ts';
import { readItem } from '../client/readItem.ts';

const id = 'standing';

const standingItem = z.object({
  at: instant,
  behind: z.record(z.string(), z.object({ events: z.int(), oldest: instant })),
  aggregates: z.int(),
  more: z.boolean(),
});

/** One item in container `checkpoints`, partition key `/id`. */
export const cosmosStandings = (checkpoints: Container): Standings => ({
  async load() {
    const read = await readItem(checkpoints, id, id);
    // One that another version of the program wrote is as good as none: the next run writes its own.
    return read && standingItem.safeParse(read.item).data;
  },
  async save(standing) {
    await cosmosCall(() => checkpoints.items.upsert({ id, ...standing }));
  },
});
