import { z } from 'zod';
import { mostWaiting } from '../../application/subscriptions/listenerStatus.ts';
import { count } from '../../projections/fields.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import type { ContextServices } from '../services.ts';

const listener = z
  .object({
    name: z.string().meta({ description: 'Of a webhook `webhook:<id>`' }),
    kind: z.enum(['view', 'subscriber', 'webhook', 'stream']),
    state: z.enum(['live', 'building', 'stalled', 'missing', 'failing', 'resting', 'disabled']).meta({
      description:
        '`building` and `stalled` are of views; `missing`: there is no subscription of that name; `failing`: the stream takes nothing for the moment; `resting` and `disabled` are of webhooks',
    }),
    reason: z.string().optional().meta({ description: 'Why a stream fails, or why a webhook is disabled' }),
    behind: count.meta({
      description: `Events that it has not handled; of all but views some ${mostWaiting} are counted, so that this many may be more`,
    }),
    oldest: z.iso.datetime().optional().meta({
      description: 'When the oldest of those occurred, or for a subscriber, came to its subscription',
    }),
    parked: count.meta({ description: 'Messages that it can never handle; none of a webhook, which has deliveries' }),
    position: z.string().optional().meta({
      description:
        'Where a stream goes on: `GET /feed?after=` shows what it sends next. Without it, it begins with the first event',
    }),
  })
  .meta({ id: 'Listener' });

/** All who hear of events. */
export const listenerEndpoints: EndpointTable<ContextServices> = {
  listListeners: endpoint({
    get: 'ops/listeners',
    access: 'operator',
    summary: 'How far each who hears of events has come, as the app saw it last, some seconds ago',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(listener) }) },
    handle: async ({ listListeners }) => ({ status: 200, body: { items: await listListeners() } }),
  }),
};
