import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { hasSucceeded, statusOf, type Delivery } from '../../application/webhooks/delivery.ts';
import type { ManageWebhooks } from '../../application/webhooks/manage.ts';
import type { KeyedRequest } from '../../application/webhooks/oncePerKey.ts';
import type { Webhook } from '../../application/webhooks/webhook.ts';
import { present as presentInstant } from '../../application/clock.ts';
import { count, instantQuery } from '../../projections/fields.ts';
import { webhooks as listener } from '../../subscribers/webhooks.ts';
import { commandRequest, idOfCreation } from '../http/command.ts';
import type { Answer } from '../http/answer.ts';
import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { notFound, problem } from '../http/problem.ts';
import { answerQuery } from '../http/query.ts';
import { creationHeaders, pageOf, pageQuery, withoutBody } from '../http/schemas.ts';
import { answerOnce } from './answerOnce.ts';
import { answerBegun, begun } from './begunJob.ts';
import { webhookRoute } from './webhooks.ts';

const httpStatus = z.int().min(100).max(999).optional().meta({ description: 'The status of the last answer' });
const tryError = z.string().optional().meta({
  description:
    'Why there was no answer: addressRefused, nameNotResolved, connectionFailed, certificateRefused, timedOut …',
});

const delivery = z
  .object({
    id: z.string().meta({ description: '<webhookId>:<eventId>' }),
    eventId: z.string(),
    type: z.string(),
    status: z.enum(['pending', 'succeeded', 'failed']),
    attempts: count,
    lastStatus: httpStatus,
    lastError: tryError,
    nextAttemptAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'WebhookDelivery' });

const present = (item: Delivery, webhook: Webhook, now: string) => {
  const { id, eventId, type, attempts, lastStatus, lastError, dueAt } = item;
  const status = statusOf(item, webhook);
  const isAhead = status === 'pending' && dueAt > now && (webhook.status === 'enabled' || webhook.probe === id);
  return { id, eventId, type, status, attempts, lastStatus, lastError, ...(isAhead && { nextAttemptAt: dueAt }) };
};

const deliveryRoute = webhookRoute.extend({
  deliveryId: z
    .string()
    .max(150)
    .transform((text) => text.toLowerCase())
    .describe('The id of the delivery: <webhookId>:<eventId>'),
});
const place = z.object({ writtenAt: z.string(), id: z.string() });
const nothing = { headers: creationHeaders, ...withoutBody };

/** Sends again to a webhook that takes some, once for a key. `send` answers undefined where there is no such delivery. */
const sendOnce = async (
  webhooks: ManageWebhooks,
  id: string,
  request: KeyedRequest,
  send: (webhook: Webhook) => Promise<{ readonly body?: Answer['body'] } | undefined>,
): Promise<Answer> => {
  let refusal: Answer | undefined;
  const work = async () => {
    const webhook = await webhooks.load(id);
    if (webhook?.status !== 'disabled') return webhook && send(webhook);
    refusal = problem('WebhookDisabled');
    return undefined;
  };
  const answered = await webhooks.onceDone(id, request, work, ({ body }) => body);
  return answerOnce(202, answered, refusal);
};

type RetryRequest = Parameters<typeof commandRequest>[0] & { readonly params: { readonly id: string } };

/** What a retry asks for is in its query. */
const retryOnce = (
  webhooks: ManageWebhooks,
  received: RetryRequest,
  retry: Parameters<typeof sendOnce>[3],
): Promise<Answer> =>
  sendOnce(webhooks, received.params.id, commandRequest({ ...received, body: received.query }, undefined), retry);

/** What webhooks were told, and telling it again. Served only where their listener is on. */
export const webhookDeliveryEndpoints: EndpointTable = {
  testWebhook: endpoint({
    post: 'webhooks/{id}/test',
    listener: listener.name,
    access: 'operator',
    summary: 'Send one message of type WebhookTest, once',
    params: webhookRoute,
    ...nothing,
    refuses: ['NotFound', 'IdempotencyKeyReused'],
    answers: {
      status: 200,
      body: z
        .object({ status: z.enum(['succeeded', 'failed']), lastStatus: httpStatus, lastError: tryError, ms: count })
        .meta({ id: 'TestedWebhook' }),
    },
    async handle({ webhooks }, received) {
      const { id } = received.params;
      const test = async () => {
        const outcome = await webhooks.test(id, randomUUID());
        if (!outcome) return undefined;
        if (outcome === 'secretLost') return { status: 'failed', lastError: outcome, ms: 0 };
        const { status: lastStatus, error: lastError, ms } = outcome;
        return { status: hasSucceeded(outcome) ? 'succeeded' : 'failed', lastStatus, lastError, ms };
      };
      return answerOnce(200, await webhooks.onceDone(id, commandRequest(received, undefined), test, (body) => body));
    },
  }),
  listWebhookDeliveries: query({
    get: 'webhooks/{id}/deliveries',
    listener: listener.name,
    access: 'operator',
    summary: 'What a webhook was told or is to be told, newest first; kept for 30 days after its end',
    params: webhookRoute,
    query: pageQuery.extend({
      status: z.enum(['pending', 'succeeded', 'failed']).describe('Of those alone').optional(),
    }),
    refuses: ['NotFound'],
    answers: { status: 200, body: pageOf(delivery).meta({ id: 'WebhookDeliveryPage' }) },
    async handle({ webhooks, cursors, clock }, { params: { id }, query: { status, limit, cursor }, headers }) {
      const webhook = await webhooks.load(id);
      if (!webhook) return notFound();
      const scope = { list: `deliveries ${id} ${status ?? ''}`, generation: 'items' };
      const after = cursors.read(scope, place, cursor);
      if ('refusal' in after) return after.refusal;
      const { items, next } = await webhooks.listDeliveries(webhook, status, limit, after.key);
      const now = presentInstant(clock);
      const body = {
        items: items.map((item) => present(item, webhook, now)),
        nextCursor: next && cursors.write(scope, place.parse(next)),
      };
      return answerQuery(body, headers['if-none-match']);
    },
  }),
  retryWebhookDelivery: endpoint({
    post: 'webhooks/{id}/deliveries/{deliveryId}/retry',
    listener: listener.name,
    access: 'operator',
    summary: 'Try a delivery at once, whatever became of it, and by the schedule after that',
    params: deliveryRoute,
    ...nothing,
    refuses: ['NotFound', 'WebhookDisabled', 'IdempotencyKeyReused'],
    answers: { status: 202 },
    handle: ({ webhooks }, received) =>
      retryOnce(webhooks, received, async (webhook) => {
        const { id, deliveryId } = received.params;
        const isRetried = deliveryId.startsWith(`${id}:`) && (await webhooks.retry(webhook, deliveryId));
        return isRetried ? {} : undefined;
      }),
  }),
  retryWebhookDeliveries: endpoint({
    post: 'webhooks/{id}/retry',
    listener: listener.name,
    access: 'operator',
    summary: 'Try all deliveries that have failed, of events that are not older',
    params: webhookRoute,
    query: z.strictObject({ since: instantQuery.describe('Of events that are not older') }),
    ...nothing,
    refuses: ['NotFound', 'WebhookDisabled', 'IdempotencyKeyReused'],
    answers: { status: 202, body: z.object({ retried: count }).meta({ id: 'RetriedDeliveries' }) },
    handle: ({ webhooks }, received) =>
      retryOnce(webhooks, received, async (webhook) => ({
        body: { retried: await webhooks.retrySince(webhook, received.query.since) },
      })),
  }),
  replayToWebhook: endpoint({
    post: 'webhooks/{id}/replay',
    listener: listener.name,
    access: 'operator',
    summary: 'Tell a webhook of past events, also of those that it was told of, and of those before it was created',
    params: webhookRoute,
    headers: creationHeaders,
    body: z.strictObject({
      from: instantQuery,
      to: instantQuery.optional().meta({ description: 'Now, where it is not given' }),
    }),
    example: { from: '2026-11-20T10:00:00Z' },
    refuses: ['NotFound', 'WebhookDisabled', 'IdempotencyKeyReused'],
    answers: begun,
    async handle({ webhooks, replayToWebhook, clock }, received) {
      const { id } = received.params;
      const { from, to } = received.body;
      // The key is of this webhook. A repeat that comes before the first answer is kept begins the same job.
      const route = received.endpoint.route.replace('{id}', id);
      const jobId = idOfCreation({ ...received, endpoint: { ...received.endpoint, route } })(1);
      const begunJob = answerBegun(jobId);
      const answer = await sendOnce(webhooks, id, commandRequest(received, undefined), async () => {
        await replayToWebhook(jobId, id, { from, to: to ?? presentInstant(clock), eventsPerSecond: 500 });
        return { body: begunJob.body };
      });
      return answer.status === 202 ? { ...answer, headers: { ...begunJob.headers, ...answer.headers } } : answer;
    },
  }),
};
