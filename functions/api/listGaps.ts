import { z } from 'zod';
import { aggregateId } from '../../projections/fields.ts';
import { listGaps } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';

const operation = describe({
  id: 'listGaps',
  method: 'GET',
  route: 'ops/gaps',
  access: 'operations',
  summary: 'Aggregates that a view is behind for more than a minute, or ahead of; normally none',
  answer: {
    status: 200,
    body: z.object({
      items: z.array(
        z
          .object({
            projection: z.string(),
            aggregateId,
            position: z.int().meta({ description: "The view's; 0 where it has not heard of the aggregate" }),
            version: z
              .int()
              .meta({ description: "The aggregate's; 0 where the event store does not have it any more" }),
            since: z.iso.datetime(),
          })
          .meta({ id: 'Gap' }),
      ),
    }),
  },
  problems: [],
});

serve(operation, async () => ({ status: 200, body: { items: await listGaps() } }));
