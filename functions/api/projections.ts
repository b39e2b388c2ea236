import { z } from 'zod';
import type { View } from '../../eventSourcing/view.ts';
import { aggregateId, count } from '../../projections/fields.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import type { ContextServices } from '../services.ts';
import { notFoundAmong, problem } from '../http/problem.ts';
import { wholeNumber } from '../http/schemas.ts';
import { answerBegun, begun } from './begunJob.ts';

const projectionRoute = z.strictObject({ name: z.string().max(100).describe('The name of a view') });
const unknownProjection = (views: readonly View[]) =>
  notFoundAmong(
    'projection',
    views.map(({ name }) => name),
  );

const rebuildQuery = z.strictObject({
  requestUnitsPerSecond: wholeNumber(1, 9_999_999)
    .describe('What the rebuild may spend at Cosmos DB; as much as it can if not given')
    .optional(),
});

const view = z
  .object({
    name: z.string(),
    generations: z.array(
      z.object({
        generation: z.string().meta({ examples: ['accounts@1.1'] }),
        state: z.enum(['building', 'live', 'retired', 'clearing']),
        since: z.iso.datetime(),
        operationId: aggregateId.optional().meta({ description: 'The operation that builds it, or has built it' }),
        rows: count.meta({ description: 'Counted within the last minute' }),
      }),
    ),
    eventsBehind: count.meta({
      description: 'Events that the generation in use had not folded when the app last looked',
    }),
    oldestUnapplied: z.iso.datetime().optional().meta({ description: 'When the oldest of those occurred' }),
    parked: count.meta({ description: 'Messages that can never be folded' }),
    stalled: z
      .object({ since: z.iso.datetime(), reason: z.string() })
      .optional()
      .meta({ description: 'Its store takes no writes: the app brings it in later what it misses' }),
  })
  .meta({ id: 'Projection' });

const projectionsBody = z.object({
  items: z.array(view),
  checkedAt: z.iso.datetime().optional().meta({ description: 'When the app last looked: it does so every 30 seconds' }),
  aggregates: count.meta({ description: 'How many aggregates had changed since it looked before' }),
  more: z.boolean().meta({ description: 'Whether others had changed, for which it had no time, or a view was away' }),
});

/** Watching and rebuilding the views. */
export const projectionEndpoints: EndpointTable<ContextServices> = {
  listProjections: endpoint({
    get: 'ops/projections',
    access: 'operator',
    summary: 'How each view stood when the app last looked: how far it was behind, and its gaps',
    refuses: [],
    answers: { status: 200, body: projectionsBody },
    handle: async ({ listViews }) => ({ status: 200, body: await listViews() }),
  }),
  rebuildProjection: endpoint({
    post: 'ops/projections/{name}/rebuild',
    access: 'operator',
    summary: 'Build a view anew while the present one answers; a build that is under way goes on',
    params: projectionRoute,
    query: rebuildQuery,
    refuses: ['NotFound'],
    answers: begun,
    async handle({ views, rebuild }, { params: { name }, query: { requestUnitsPerSecond } }) {
      const found = views.find((each) => each.name === name);
      return found ? answerBegun(await rebuild(found, requestUnitsPerSecond)) : unknownProjection(views);
    },
  }),
  flipBackProjection: endpoint({
    post: 'ops/projections/{name}/flip-back',
    access: 'operator',
    summary: 'Let the former generation of a view answer again, as long as it is kept',
    params: projectionRoute,
    refuses: ['NotFound', 'NothingToFlipBackTo'],
    answers: begun,
    async handle({ views, flipBack }, { params: { name } }) {
      const found = views.find((each) => each.name === name);
      if (!found) return unknownProjection(views);
      const operationId = await flipBack(found);
      return operationId === undefined ? problem('NothingToFlipBackTo') : answerBegun(operationId);
    },
  }),
};
