import { z } from 'zod';
import { listViews } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';

const operation = describe({
  id: 'listProjections',
  method: 'GET',
  route: 'ops/projections',
  access: 'operations',
  summary: 'How each view stands, from the positions in its rows: of what changed within ten minutes, and of gaps',
  answer: {
    status: 200,
    body: z.object({
      items: z.array(
        z
          .object({
            name: z.string(),
            generations: z.array(
              z.object({
                generation: z.string().meta({ examples: ['accounts@1.1'] }),
                state: z.enum(['building', 'live', 'retired', 'clearing']),
                since: z.iso.datetime(),
                operationId: z.string().optional().meta({ description: 'That which builds it, or built it' }),
                rows: z.int().meta({ description: 'Counted within the last minute' }),
              }),
            ),
            eventsBehind: z.int().meta({ description: 'What the view that answers has not folded yet' }),
            oldestUnapplied: z.iso.datetime().optional().meta({ description: 'When the oldest of those occurred' }),
            parked: z.int().meta({ description: 'Messages that can never be folded' }),
          })
          .meta({ id: 'Projection' }),
      ),
      aggregates: z.int().meta({ description: 'Those that changed within ten minutes and were looked at' }),
      more: z.boolean().meta({ description: 'Whether others changed, too' }),
    }),
  },
  problems: [],
});

serve(operation, async () => ({ status: 200, body: await listViews() }));
