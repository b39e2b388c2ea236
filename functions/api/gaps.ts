import { z } from 'zod';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import type { TransferEntry } from '../../projections/book/entry.ts';
import { aggregateId, count, position } from '../../projections/fields.ts';
import { transfers } from '../../subscribers/transfers.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';

const gap = z
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
    transferId: position.optional().meta({ description: 'Of a transfer that nobody has settled' }),
  })
  .meta({ id: 'Gap' });

/** The listener `transfers` has not come to it. */
const lateTransfer = ({ id, sender, sentAt }: TransferEntry) => {
  const { version } = eventIdParts(id);
  const about = { aggregateId: sender, position: version - 1, version, since: sentAt };
  return { projection: transfers.name, ...about, transferId: id };
};

/** What the reconciler has found and not mended. */
export const gapEndpoints: EndpointTable = {
  listGaps: endpoint({
    get: 'ops/gaps',
    access: 'operator',
    summary:
      'Aggregates that a view is behind for more than a minute, ahead of, or shows otherwise than their events do, and transfers that are on their way for longer; normally none',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(gap) }) },
    async handle({ listGaps, listLateTransfers }) {
      const ofViews = (await listGaps()).map(({ view, aggregateId: id, position, version, since, differs }) => ({
        projection: view,
        aggregateId: id,
        position,
        version,
        since,
        differs: differs !== undefined || undefined,
      }));
      const ofTransfers = (await listLateTransfers()).map(lateTransfer);
      return { status: 200, body: { items: [...ofViews, ...ofTransfers] } };
    },
  }),
};
