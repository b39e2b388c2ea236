import { z } from 'zod';
import { mostWaiting } from '../../application/subscriptions/listenerStatus.ts';
import { count } from '../../projections/fields.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import type { ContextServices } from '../services.ts';

const listener = z
  .object({
    name: z.string(),
    kind: z.enum(['view', 'subscriber', 'stream']),
    state: z.enum(['live', 'building', 'stalled', 'missing', 'failing']).meta({
      description:
        '`building` and `stalled` are of views; `missing`: there is no subscription of that name; `failing`: the stream takes nothing for the moment',
    }),
    reason: z.string().optional().meta({ description: 'Why it fails' }),
    behind: count.meta({
      description: `Events that it has not handled; of a subscriber or a stream some ${mostWaiting} are counted, so that this many may be more`,
    }),
    oldest: z.iso.datetime().optional().meta({
      description: 'When the oldest of those occurred, or for a subscriber, came to its subscription',
    }),
    parked: count.meta({ description: 'Messages that it can never handle' }),
  })
  .meta({ id: 'Listener' });

/** All who hear of events. */
export const listenerEndpoints: EndpointTable<ContextServices> = {
  listListeners: endpoint({
    get: 'ops/listeners',
    access: 'operator',
    summary: 'How far each view and each subscriber that is on has come, as the app saw it last, some seconds ago',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(listener) }) },
    handle: async ({ listListeners }) => ({ status: 200, body: { items: await listListeners() } }),
  }),
};
