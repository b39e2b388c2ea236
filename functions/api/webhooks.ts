import { z } from 'zod';
import type { Rotated } from '../../application/webhooks/manage.ts';
import type { Keep } from '../../application/webhooks/oncePerKey.ts';
import type { Webhook, DisabledFor } from '../../application/webhooks/webhook.ts';
import { line } from '../../domain/text.ts';
import { aggregateId, uuid } from '../../projections/fields.ts';
import type { Answer } from '../http/answer.ts';
import { commandRequest, idOfCreation } from '../http/command.ts';
import { endpoint, query, type EndpointTable } from '../http/endpoint.ts';
import { badRequest, notFound, problem } from '../http/problem.ts';
import { answerQuery } from '../http/query.ts';
import { creationHeaders, pageOf, pageQuery, withoutBody } from '../http/schemas.ts';
import { webhooks as listener } from '../../subscribers/webhooks.ts';
import type { Services } from '../services.ts';
import { answerOnce } from './answerOnce.ts';
import { eventTypes } from './eventTypes.ts';

export const webhookRoute = z.strictObject({ id: uuid.describe('The id of the webhook') });

const maximumUrlLength = 2_048;
const url = z
  .string()
  .max(maximumUrlLength, { error: `must have at most ${maximumUrlLength} characters` })
  .regex(/^[a-zA-Z]+:\/\/\S+$/, { error: 'must be a URL, such as https://example.com/hook' })
  .meta({ format: 'uri', examples: ['https://example.com/hook'] });
const types = z
  .array(z.enum(eventTypes, { error: `must be one of ${eventTypes.join(', ')}` }))
  .refine((names) => new Set(names).size === names.length, { error: 'names a type twice' })
  .meta({ description: 'The types of events that it is told of; none means all' });
const description = line(140);

const webhookFields = {
  id: aggregateId,
  url: z.string(),
  types: z.array(z.string()),
  description: z.string().nullable(),
  status: z.enum(['enabled', 'resting', 'disabled']).meta({
    description: 'Resting: after failures in a row, one delivery alone is tried until one succeeds',
  }),
  createdAt: z.iso.datetime(),
};
const secretFields = {
  secret: z
    .string()
    .optional()
    .meta({ pattern: '^whsec_[A-Za-z0-9+/]{43}=$', description: 'Shown once: a repeat of the request has none' }),
  secretShown: z.literal(false).optional().meta({ description: 'The first answer to this request had the secret' }),
};
const webhookAnswer = z
  .object({
    ...webhookFields,
    reason: z
      .enum(['operator', 'failing', 'gone', 'secretLost'] satisfies DisabledFor[])
      .optional()
      .meta({
        description:
          'Why it is disabled: an operator did it; no success for five days since its first failure; it answered 410; the key of its secret is gone',
      }),
    lastSuccessAt: z.iso.datetime().optional().meta({ description: 'To within ten seconds' }),
    firstFailureAt: z.iso.datetime().optional().meta({ description: 'Since the last success' }),
  })
  .meta({ id: 'Webhook' });

const shown = ({ id, url: target, types: names, description: text, status, createdAt }: Webhook) => ({
  ...{ id, url: target, types: names, description: text, status, createdAt },
});
const present = (webhook: Webhook) => ({
  ...shown(webhook),
  ...(webhook.status === 'disabled' && { reason: webhook.reason }),
  lastSuccessAt: webhook.lastSuccessAt,
  firstFailureAt: webhook.firstFailureAt,
});
const withSecret = (secret: string | undefined) => (secret === undefined ? { secretShown: false } : { secret });
const replayedHeader = (secret: string | undefined) => (secret === undefined ? { 'idempotency-replayed': 'true' } : {});

/** The refusal of a URL, if it is refused. */
const refusalOf = ({ problemOfUrl }: Services, given: string | undefined) => {
  const message = given === undefined ? undefined : problemOfUrl(given);
  return message === undefined ? undefined : badRequest({ pointer: '/url', message });
};

const place = z.object({ createdAt: z.string(), id: z.string() });
const isBehind = (webhook: Webhook, { createdAt, id }: z.infer<typeof place>): boolean =>
  webhook.createdAt < createdAt || (webhook.createdAt === createdAt && webhook.id < id);

/** Webhooks: who is told of events by HTTP. Served only where their listener is on. */
export const webhookEndpoints: EndpointTable = {
  createWebhook: endpoint({
    post: 'webhooks',
    listener: listener.name,
    access: 'operator',
    summary: 'Have events told to a URL from now on; the answer shows its secret once',
    headers: creationHeaders,
    body: z.strictObject({ url, types: types.optional(), description: description.optional() }),
    example: { url: 'https://example.com/hook', types: ['MoneyDeposited'], description: 'Bookkeeping' },
    refuses: ['TooManyWebhooks', 'IdempotencyKeyReused'],
    answers: {
      status: 201,
      body: z.object({ ...webhookFields, ...secretFields }).meta({ id: 'CreatedWebhook' }),
      headers: { Location: 'The path of the webhook' },
    },
    async handle(services, received) {
      const { body } = received;
      const refusal = refusalOf(services, body.url);
      if (refusal) return refusal;
      const made = { url: body.url, types: body.types ?? [], description: body.description ?? null };
      const id = idOfCreation(received)(1);
      const created = await services.webhooks.create(id, made, commandRequest(received, undefined));
      if (created === 'tooMany') return problem('TooManyWebhooks');
      if (created === 'keyReused') return problem('IdempotencyKeyReused');
      return {
        status: 201,
        headers: { location: `/api/webhooks/${id}`, ...replayedHeader(created.secret) },
        body: { ...shown(created.webhook), ...withSecret(created.secret) },
      };
    },
  }),
  listWebhooks: query({
    get: 'webhooks',
    listener: listener.name,
    access: 'operator',
    summary: 'All webhooks, newest first',
    query: pageQuery,
    refuses: [],
    answers: { status: 200, body: pageOf(webhookAnswer).meta({ id: 'WebhookPage' }) },
    async handle({ webhooks, cursors }, { query: { limit, cursor }, headers }) {
      const scope = { list: 'webhooks', generation: 'items' };
      const after = cursors.read(scope, place, cursor);
      if ('refusal' in after) return after.refusal;
      const { key } = after;
      const behind = (await webhooks.list()).filter((webhook) => key === undefined || isBehind(webhook, key));
      const items = behind.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = behind.length > limit && last ? cursors.write(scope, place.parse(last)) : undefined;
      return answerQuery({ items: items.map(present), nextCursor }, headers['if-none-match']);
    },
  }),
  getWebhook: query({
    get: 'webhooks/{id}',
    listener: listener.name,
    access: 'operator',
    summary: 'A webhook, and how it fares',
    params: webhookRoute,
    refuses: ['NotFound'],
    answers: { status: 200, body: webhookAnswer },
    async handle({ webhooks }, { params: { id }, headers }) {
      const webhook = await webhooks.load(id);
      return webhook ? answerQuery(present(webhook), headers['if-none-match']) : notFound();
    },
  }),
  changeWebhook: endpoint({
    patch: 'webhooks/{id}',
    listener: listener.name,
    access: 'operator',
    summary: 'Change a webhook: what is given counts for every try from now on',
    params: webhookRoute,
    headers: creationHeaders,
    body: z.strictObject({
      url: url.optional(),
      types: types.optional(),
      description: description.nullable().optional(),
      status: z
        .enum(['enabled', 'disabled'])
        .optional()
        .meta({ description: 'Disabled: what is pending ends as failed, and nothing is written down for it' }),
    }),
    example: { types: ['MoneyDeposited', 'MoneyWithdrawn'], status: 'enabled' },
    refuses: ['NotFound', 'IdempotencyKeyReused'],
    answers: { status: 200, body: webhookAnswer },
    async handle(services, received) {
      const { params, body } = received;
      const { id } = params;
      const refusal = refusalOf(services, body.url);
      if (refusal) return refusal;
      const { webhooks } = services;
      return answerOnce(
        200,
        await webhooks.once(
          id,
          commandRequest(received, undefined),
          (keep) => webhooks.change(id, body, keep),
          present,
        ),
      );
    },
  }),
  deleteWebhook: endpoint({
    delete: 'webhooks/{id}',
    listener: listener.name,
    access: 'operator',
    summary: 'Delete a webhook; what is pending ends',
    params: webhookRoute,
    headers: creationHeaders,
    refuses: ['NotFound', 'IdempotencyKeyReused'],
    answers: { status: 204 },
    async handle({ webhooks }, received) {
      const { id } = received.params;
      const nothing = () => undefined;
      return answerOnce(
        204,
        await webhooks.once(id, commandRequest(received, undefined), (keep) => webhooks.remove(id, keep), nothing),
      );
    },
  }),
  rotateWebhookSecret: endpoint({
    post: 'webhooks/{id}/secret',
    listener: listener.name,
    access: 'operator',
    summary: 'Give a webhook another secret, shown once; the former one signs, too, for a day',
    params: webhookRoute,
    headers: creationHeaders,
    ...withoutBody,
    refuses: ['NotFound', 'TooManySecrets', 'IdempotencyKeyReused'],
    answers: {
      status: 201,
      body: z.object({ ...secretFields, formerUntil: z.iso.datetime() }).meta({ id: 'RotatedSecret' }),
    },
    async handle({ webhooks }, received) {
      const { id } = received.params;
      let refusal: Answer | undefined;
      const rotate = async (keep: Keep<Rotated> | undefined) => {
        const outcome = await webhooks.rotate(id, keep);
        if (outcome !== 'tooMany') return outcome;
        refusal = problem('TooManySecrets');
        return undefined;
      };
      const rotated = await webhooks.once(
        id,
        commandRequest(received, undefined),
        rotate,
        ({ secret, formerUntil }, isRepeat) => ({ ...withSecret(isRepeat ? undefined : secret), formerUntil }),
      );
      return answerOnce(201, rotated, refusal);
    },
  }),
};
