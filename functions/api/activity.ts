import { z } from 'zod';
import { count } from '../../projections/fields.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import { problem } from '../http/problem.ts';
import type { ContextServices } from '../services.ts';

const milliseconds = z.number().min(0).max(1e12).meta({ description: 'Milliseconds' });
const quantiles = z.object({ p50: milliseconds, p99: milliseconds });

const second = z
  .object({
    at: z.iso.datetime().meta({ description: 'The beginning of the second' }),
    commands: count,
    refused: count.meta({ description: 'Those of the commands that were not carried out' }),
    events: count,
    commandMs: quantiles.optional().meta({ description: 'How long commands took; absent where there was none' }),
    viewMs: quantiles.optional().meta({
      description: 'How old events of the last hour were when a view had folded them; absent where there was none',
    }),
  })
  .meta({ id: 'Second' });

const step = z
  .object({
    step: z.enum(['request', 'commit', 'message', 'view', 'subscriber']),
    name: z.string().meta({ description: "The command, the event's type, or the listener" }),
    event: z.string().optional().meta({ description: "The event's id; a command has none" }),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Step' });

const flowRoute = z.strictObject({
  correlationId: z
    .string()
    .max(100)
    .describe('That of an event; also the trace id in the `traceparent` of the answer to its command'),
});

/** What this instance has done just now. It keeps that in memory for ten minutes. */
export const activityEndpoints: EndpointTable<ContextServices> = {
  listActivity: endpoint({
    get: 'ops/activity',
    access: 'watch',
    summary: 'What this instance did in the last ten minutes, by second; idle seconds are left out',
    refuses: [],
    answers: { status: 200, body: z.object({ items: z.array(second) }) },
    handle: ({ listActivity }) => Promise.resolve({ status: 200, body: { items: listActivity() } }),
  }),
  getFlow: endpoint({
    get: 'ops/flow/{correlationId}',
    access: 'watch',
    summary: 'What became of one command, as far as this instance took part, for ten minutes',
    params: flowRoute,
    refuses: ['NotFound'],
    answers: { status: 200, body: z.object({ items: z.array(step) }) },
    handle({ findFlow }, { params: { correlationId } }) {
      const items = findFlow(correlationId);
      return Promise.resolve(items ? { status: 200, body: { items } } : problem('NotFound'));
    },
  }),
};
