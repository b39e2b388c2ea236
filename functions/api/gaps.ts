import { z } from 'zod';
import { aggregateId, count } from '../../projections/fields.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import type { ContextServices } from '../services.ts';

/** An aggregate of which something stands otherwise than its events say. */
export const gap = z
  .object({
    projection: z.string(),
    aggregateId,
    position: count.meta({ description: "The view's version of the aggregate; 0 if it has none" }),
    version: count.meta({ description: "The aggregate's version; 0 if the event store no longer has it" }),
    since: z.iso.datetime(),
    differs: z
      .boolean()
      .optional()
      .meta({ description: 'Whether the row is not what its events make: rebuild the view' }),
  })
  .meta({ id: 'Gap' });

/** What the reconciler has found in the views and not mended. */
export const gapsOfViews = async ({ listGaps }: Pick<ContextServices, 'listGaps'>): Promise<z.infer<typeof gap>[]> =>
  (await listGaps()).map(({ view, aggregateId: id, position, version, since, differs }) => ({
    projection: view,
    aggregateId: id,
    position,
    version,
    since,
    differs: differs !== undefined || undefined,
  }));

export const gapEndpoints: EndpointTable<ContextServices> = {
  listGaps: endpoint({
    get: 'ops/gaps',
    access: 'operator',
    summary:
      'Aggregates that a view is behind for more than a minute, ahead of, or shows otherwise than their events do; normally none',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(gap) }) },
    handle: async (services) => ({ status: 200, body: { items: await gapsOfViews(services) } }),
  }),
};
