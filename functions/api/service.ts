import { z } from 'zod';
import { endpoint, type EndpointTable, type NamedEndpoint } from '../http/endpoint.ts';
import type { Services } from '../services.ts';
import { asyncApiDocument } from './asyncApiDocument.ts';
import { healthEndpoints } from './health.ts';
import { openApiEndpoint } from './openApi.ts';

/** Endpoints about the app itself, for everybody; `servedWith` returns all that are served where these subscriptions are on. */
export const serviceEndpoints = (
  servedWith: (subscriptions: Services['subscriptions']) => readonly NamedEndpoint[],
): EndpointTable => {
  let messages: object | undefined;
  return {
    ...healthEndpoints(),
    openApi: openApiEndpoint(servedWith),
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
