import { z } from 'zod';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import type { TransferEntry } from '../../projections/book/entry.ts';
import { aggregateId, count, position } from '../../projections/fields.ts';
import { views } from '../../projections/registry.ts';
import { transfers } from '../../subscribers/transfers.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import { notFoundAmong, problem } from '../http/problem.ts';
import { wholeNumber } from '../http/schemas.ts';
import { answerBegun, begun } from './begunJob.ts';

const projectionRoute = z.strictObject({ name: z.string().max(100).describe('The name of a view') });
const projectionNamed = (wanted: string) => views.find(({ name }) => name === wanted);
const unknownProjection = () =>
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

/** Watching and rebuilding the views. */
export const projectionEndpoints: EndpointTable = {
  listProjections: endpoint({
    get: 'ops/projections',
    access: 'operator',
    summary: 'How each view stood when the app last looked: how far it was behind, and its gaps',
    refuses: [],
    answers: { status: 200, body: projectionsBody },
    handle: async ({ listViews }) => ({ status: 200, body: await listViews() }),
  }),
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
  rebuildProjection: endpoint({
    post: 'ops/projections/{name}/rebuild',
    access: 'operator',
    summary: 'Build a view anew while the present one answers; a build that is under way goes on',
    params: projectionRoute,
    query: rebuildQuery,
    refuses: ['NotFound'],
    answers: begun,
    async handle({ rebuild }, { params: { name }, query: { requestUnitsPerSecond } }) {
      const found = projectionNamed(name);
      return found ? answerBegun(await rebuild(found, requestUnitsPerSecond)) : unknownProjection();
    },
  }),
  flipBackProjection: endpoint({
    post: 'ops/projections/{name}/flip-back',
    access: 'operator',
    summary: 'Let the former generation of a view answer again, as long as it is kept',
    params: projectionRoute,
    refuses: ['NotFound', 'NothingToFlipBackTo'],
    answers: begun,
    async handle({ flipBack }, { params: { name } }) {
      const found = projectionNamed(name);
      if (!found) return unknownProjection();
      const operationId = await flipBack(found);
      return operationId === undefined ? problem('NothingToFlipBackTo') : answerBegun(operationId);
    },
  }),
};
