import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { endpoint, type EndpointTable, type NamedEndpoint } from '../http/endpoint.ts';
import { openApiDocument } from '../http/openApiDocument.ts';
import { requireKeys } from '../http/requiredKeys.ts';
import type { Services } from '../services.ts';
import { asyncApiDocument } from './asyncApiDocument.ts';

const healthBody = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    services: z.record(z.string(), z.enum(['up', 'down'])),
  })
  .meta({ id: 'Health' });

/** Endpoints about the app itself, for everybody; `servedWith` returns all that are served where these subscriptions are on. */
export const serviceEndpoints = (
  servedWith: (subscriptions: Services['subscriptions']) => readonly NamedEndpoint[],
): EndpointTable => {
  let messages: object | undefined;
  const documents = new WeakMap<Services, object>();
  const documentFor = (services: Services): object => {
    const { door, requiresKeys, subscriptions } = services;
    const served = servedWith(subscriptions);
    const document = documents.get(services) ?? openApiDocument(requiresKeys ? requireKeys(served) : served, door);
    documents.set(services, document);
    return document;
  };

  const health = createHealth();
  return {
    health: endpoint({
      get: 'health',
      access: 'anonymous',
      summary: 'Whether the services that the app needs have answered within the last five seconds: 503 if one has not',
      refuses: [],
      answers: { status: 200, body: healthBody, otherwise: { 503: 'A service does not answer' } },
      handle: (services) => health(services),
    }),
    openApi: endpoint({
      get: 'openapi.json',
      access: 'anonymous',
      summary: 'The OpenAPI document of this API',
      refuses: [],
      answers: { status: 200, body: z.object({ openapi: z.string() }).loose() },
      handle: (services) => Promise.resolve({ status: 200, body: documentFor(services) }),
    }),
    asyncApi: endpoint({
      get: 'asyncapi.json',
      access: 'anonymous',
      summary: 'The AsyncAPI document of the messages that the bank publishes',
      refuses: [],
      answers: { status: 200, body: z.object({ asyncapi: z.string() }).loose() },
      handle: () => Promise.resolve({ status: 200, body: (messages ??= asyncApiDocument()) }),
    }),
  };
};

/** Azure throttles requests for metadata for the whole account, and anybody may ask for the health. */
const lookEveryMs = 5_000;

/** Looks at the dependencies when somebody asks, but at most once in that time: all others who ask meanwhile share the result. */
const createHealth = () => {
  let last: { readonly at: number; readonly look: ReturnType<typeof lookAt> } | undefined;
  return async ({ dependencies, clock }: Pick<Services, 'dependencies' | 'clock'>): Promise<Answer> => {
    const now = clock.now();
    // A clock that was put back must not keep a look for longer.
    if (!last || Math.abs(now - last.at) >= lookEveryMs) last = { at: now, look: lookAt(dependencies) };
    return answerWith(await last.look);
  };
};

const lookAt = (dependencies: Services['dependencies']) =>
  Promise.all(
    Object.entries(dependencies).map(async ([name, ping]) => [name, (await answers(ping)) ? 'up' : 'down'] as const),
  );

const answerWith = (states: Awaited<ReturnType<typeof lookAt>>): Answer => {
  const healthy = states.every(([, state]) => state === 'up');
  return {
    status: healthy ? 200 : 503,
    ...(!healthy && { headers: { 'retry-after': '5' } }),
    body: { status: healthy ? 'healthy' : 'unhealthy', services: Object.fromEntries(states) },
  };
};

const patienceMs = 3_000;

const answers = (ping: () => Promise<void>): Promise<boolean> =>
  Promise.race([
    ping().then(
      () => true,
      () => false,
    ),
    sleep(patienceMs, false, { ref: false }),
  ]);
