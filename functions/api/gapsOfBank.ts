import { z } from 'zod';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import type { TransferEntry } from '../../projections/book/entry.ts';
import { position } from '../../projections/fields.ts';
import { transfers } from '../../subscribers/transfers.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import { gap, gapsOfViews } from './gaps.ts';

const gapOfBank = gap
  .extend({ transferId: position.optional().meta({ description: 'Of a transfer that nobody has settled' }) })
  .meta({ id: 'Gap' });

/** The listener `transfers` has not come to it. */
const lateTransfer = ({ id, sender, sentAt }: TransferEntry) => {
  const { version } = eventIdParts(id);
  const about = { aggregateId: sender, position: version - 1, version, since: sentAt };
  return { projection: transfers.name, ...about, transferId: id };
};

/** What the reconciler has found and not mended: in the views, as in any context, and of the bank's transfers. */
export const gapEndpointsOfBank: EndpointTable = {
  listGaps: endpoint({
    get: 'ops/gaps',
    access: 'operator',
    summary:
      'Aggregates that a view is behind for more than a minute, ahead of, or shows otherwise than their events do, and transfers that are on their way for longer; normally none',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(gapOfBank) }) },
    async handle(services) {
      const ofTransfers = (await services.listLateTransfers()).map(lateTransfer);
      return { status: 200, body: { items: [...(await gapsOfViews(services)), ...ofTransfers] } };
    },
  }),
};
