import { z } from 'zod';
import { endpoint, type EndpointTable, type NamedEndpoint } from '../http/endpoint.ts';
import { openApiDocument } from '../http/openApiDocument.ts';
import { requireKeys } from '../http/requiredKeys.ts';
import type { Services } from '../services.ts';
import { asyncApiDocument } from './asyncApiDocument.ts';
import { healthEndpoints } from './health.ts';

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

  return {
    ...healthEndpoints(),
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
