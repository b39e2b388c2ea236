import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { Gaps } from '../../../application/views/ports.ts';
import { cosmosCall } from '../client/failure.ts';

const gapItem = z.object({
  projection: z.string(),
  aggregateId: z.string(),
  position: z.int(),
  version: z.int(),
  since: z.string(),
});

/** Container `gaps`, partition key `/projection`, id = aggregate id. It is all but empty. */
export const cosmosGaps = (gaps: Container): Gaps => ({
  async list() {
    const { resources } = await cosmosCall(() => gaps.items.query<unknown>('SELECT * FROM c').fetchAll());
    // One that cannot be read stands in no other's way: it is found again for as long as it is there.
    return resources.flatMap((item) => gapItem.safeParse(item).data ?? []);
  },
  async record(gap) {
    await cosmosCall(() => gaps.items.upsert({ id: gap.aggregateId, ...gap }));
  },
  async clear({ projection, aggregateId }) {
    const item = gaps.item(aggregateId, projection);
    await cosmosCall(() => item.delete()).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 404) throw error;
    });
  },
});
