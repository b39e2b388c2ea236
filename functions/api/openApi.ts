import { z } from 'zod';
import { endpoint, type EndpointTable, type NamedEndpoint } from '../http/endpoint.ts';
import { openApiDocument, type About } from '../http/openApiDocument.ts';
import { requireKeys } from '../http/requiredKeys.ts';
import type { ContextServices } from '../services.ts';

/** The description of the endpoints that are served where these subscriptions are on. */
export const openApiEndpoint = <S extends ContextServices>(
  servedWith: (subscriptions: S['subscriptions']) => readonly NamedEndpoint<S>[],
  about?: About,
): EndpointTable<S>[string] => {
  const documents = new WeakMap<S, object>();
  const documentFor = (services: S): object => {
    const { door, requiresKeys, subscriptions } = services;
    const served = servedWith(subscriptions);
    const document =
      documents.get(services) ?? openApiDocument(requiresKeys ? requireKeys(served) : served, door, about);
    documents.set(services, document);
    return document;
  };
  return endpoint({
    get: 'openapi.json',
    access: 'anonymous',
    summary: 'The OpenAPI document of this API',
    refuses: [],
    answers: { status: 200, body: z.object({ openapi: z.string() }).loose() },
    handle: (services: S) => Promise.resolve({ status: 200, body: documentFor(services) }),
  });
};
