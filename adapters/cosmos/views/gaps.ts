import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { Gap, Gaps } from '../../../application/views/ports.ts';
import { codeOf, cosmosCall } from '../client/failure.ts';
import { queryAll } from '../client/queryAll.ts';

const gapItem = z
  .object({
    id: z.string(),
    view: z.string(),
    position: z.int(),
    version: z.int(),
    since: z.string(),
    row: z.string().optional(),
    differs: z.string().optional(),
  })
  .transform(({ id: aggregateId, ...gap }): Gap => ({ aggregateId, ...gap }));

/** Container `gaps`, partition key `/view`, id = aggregate id. It is all but empty. */
export const cosmosGaps = (gaps: Container): Gaps => ({
  async list() {
    const items = await queryAll(gaps, 'SELECT * FROM c');
    // A gap that this program cannot read hides no other: the reconciler finds it again for as long as it is there.
    return items.flatMap((item) => gapItem.safeParse(item).data ?? []);
  },
  async record({ view, aggregateId, ...gap }) {
    await cosmosCall(() => gaps.items.upsert({ id: aggregateId, view, ...gap }));
  },
  async clear({ view, aggregateId }) {
    const item = gaps.item(aggregateId, view);
    await cosmosCall(() => item.delete()).catch((error: unknown) => {
      if (codeOf(error) !== 404) throw error;
    });
  },
});
