import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { endpoint, type EndpointTable, type NamedEndpoint } from '../http/endpoint.ts';
import { openApiDocument } from '../http/openApiDocument.ts';
import { requireKeys } from '../http/requiredKeys.ts';
import type { Services } from '../services.ts';

const healthBody = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    services: z.record(z.string(), z.enum(['up', 'down'])),
  })
  .meta({ id: 'Health' });

/** Endpoints about the app itself, for everybody; `all` returns those of the whole API. */
export const serviceEndpoints = (all: () => readonly NamedEndpoint[]): EndpointTable => {
  const documents = new WeakMap<Services, object>();
  const documentFor = (services: Services): object => {
    const { door, requiresKeys } = services;
    const document = documents.get(services) ?? openApiDocument(requiresKeys ? requireKeys(all()) : all(), door);
    documents.set(services, document);
    return document;
  };

  return {
    health: endpoint({
      get: 'health',
      access: 'anonymous',
      summary: 'Whether the services that the app needs answer: 503 if one does not',
      refuses: [],
      answers: { status: 200, body: healthBody, otherwise: { 503: 'A service does not answer' } },
      handle: checkHealth,
    }),
    openApi: endpoint({
      get: 'openapi.json',
      access: 'anonymous',
      summary: 'This document',
      refuses: [],
      answers: { status: 200, body: z.object({ openapi: z.string() }).loose() },
      handle: (services) => Promise.resolve({ status: 200, body: documentFor(services) }),
    }),
  };
};

const checkHealth = async ({ dependencies }: Services) => {
  const states = await Promise.all(
    Object.entries(dependencies).map(async ([name, ping]) => [name, (await answers(ping)) ? 'up' : 'down'] as const),
  );
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
