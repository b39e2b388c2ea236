import { z } from 'zod';
import { jobPlace, progressOf, requestCancellation, type Job } from '../../application/jobs/jobs.ts';
import { aggregateId, count, instantQuery, uuid } from '../../projections/fields.ts';
import { endpoint, type EndpointTable } from '../http/endpoint.ts';
import { badRequest, notFound, notFoundAmong, problem } from '../http/problem.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { answerBegun, begun } from './begunJob.ts';
import type { ContextServices } from '../services.ts';

const operationRoute = z.strictObject({ operationId: uuid.describe('What began it has answered with this id') });

const operationBody = z
  .object({
    operationId: aggregateId,
    kind: z.string(),
    subject: z.string().meta({ description: 'The view, the listener, or webhook:<id>' }),
    status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
    cancelRequested: z.boolean().optional().meta({ description: 'It was asked to end before its next step' }),
    reason: z.string().optional().meta({ description: 'Why it failed' }),
    done: count.meta({ description: 'Events' }),
    total: count.meta({ description: 'Events; an estimate until the end' }),
    rate: count.meta({ description: 'Events a second' }),
    secondsLeft: count.optional(),
    startedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Operation' });

const shown = ({ jobId, ...job }: Job, now: number): object => ({
  operationId: jobId,
  ...job,
  state: undefined,
  ...progressOf({ jobId, ...job }, now),
});

const replayBody = (eventTypes: readonly string[]) =>
  z
    .strictObject({
      from: z
        .union([z.int().min(1), instantQuery], { error: 'must be an instant, or a version of the aggregate' })
        .meta({ description: 'An instant, or a version of the aggregate' }),
      aggregateId: uuid.optional(),
      types: z
        .array(z.enum(eventTypes, { error: `must be one of ${eventTypes.join(', ')}` }))
        .min(1)
        .optional(),
      eventsPerSecond: z.int().min(1).max(10_000).default(500),
    })
    .refine(({ from, aggregateId }) => typeof from === 'string' || aggregateId !== undefined, {
      path: ['aggregateId'],
      error: 'is required with a version',
    });

/** The app has no right to ask Service Bus whether a subscription that is not its own exists. */
const foreignSubscription = /^subscription:[a-z\d](?:[\w.-]{0,48}[a-z\d])?$/i;

/** Jobs go on after the request that began them was answered. The API calls them operations. */
export const jobEndpoints = (eventTypes: readonly string[]): EndpointTable<ContextServices> => ({
  listOperations: endpoint({
    get: 'ops/operations',
    access: 'operator',
    summary: 'Rebuilds and replays of the last 30 days, newest first',
    query: pageQuery,
    refuses: [],
    answers: { status: 200, body: pageOf(operationBody).meta({ id: 'OperationsPage' }) },
    async handle({ jobs, clock, cursors }, { query: { limit, cursor } }) {
      const scope = { list: 'operations', generation: 'jobs' };
      const after = cursors.read(scope, jobPlace, cursor);
      if ('refusal' in after) return after.refusal;
      const { items, next } = await jobs.list(limit, after.key);
      const now = clock.now();
      return {
        status: 200,
        body: { items: items.map((job) => shown(job, now)), nextCursor: next && cursors.write(scope, next) },
      };
    },
  }),
  getOperation: endpoint({
    get: 'ops/operations/{operationId}',
    access: 'operator',
    summary: 'How far a rebuild or a replay is',
    params: operationRoute,
    refuses: ['NotFound'],
    answers: { status: 200, body: operationBody },
    async handle({ jobs, clock }, { params: { operationId } }) {
      const found = await jobs.load(operationId);
      return found ? { status: 200, body: shown(found, clock.now()) } : notFound();
    },
  }),
  cancelOperation: endpoint({
    delete: 'ops/operations/{operationId}',
    access: 'operator',
    summary:
      'Ask a rebuild or a replay to end before its next step, unless that is its last; a view that is not complete never goes live',
    params: operationRoute,
    refuses: ['NotFound', 'OperationHasEnded'],
    answers: { status: 202, body: operationBody },
    async handle({ jobs, clock }, { params: { operationId } }) {
      const found = await requestCancellation(jobs, operationId);
      if (!found) return notFound();
      if (found.status === 'running') return { status: 202, body: shown(found, clock.now()) };
      return problem('OperationHasEnded', { detail: `Its status is ${found.status}.` });
    },
  }),
  replayEvents: endpoint({
    post: 'ops/listeners/{name}/replay',
    access: 'operator',
    summary:
      'Send past events again to one listener, or to a subscription that is not the app’s (subscription:<name>), those of each aggregate in order',
    params: z.strictObject({ name: z.string().describe('A listener of the app, or subscription:<name>') }),
    body: replayBody(eventTypes),
    example: { from: '2026-11-20T10:00:00Z', eventsPerSecond: 500 },
    refuses: ['NotFound'],
    answers: begun,
    async handle({ addressees, replay }, { params: { name }, body }) {
      if (!addressees.includes(name) && !foreignSubscription.test(name)) return notFoundAmong('listener', addressees);
      const replaying = await replay(name, body);
      if (replaying === 'onlyAsAWhole') {
        return badRequest({
          pointer: '/from',
          message: `must be an instant, without aggregateId and types: ${name} is sent everything`,
        });
      }
      return replaying ? answerBegun(replaying.jobId) : notFound();
    },
  }),
});
