import type { HttpRequest } from '@azure/functions';
import type { Answer } from './answer.ts';
import type { NamedEndpoint } from './endpoint.ts';
import { problem } from './problem.ts';

/**
 * Refuses a POST without a body that a form of any web page could send, as far as its headers tell. Endpoints with a body ask for
 * JSON, which no form sends either; and no form sends other methods.
 */
export const refuseForm = (
  { headers }: Pick<HttpRequest, 'headers'>,
  { method, body }: Pick<NamedEndpoint, 'method' | 'body'>,
): Answer | undefined => {
  if (method !== 'POST' || body || headers.has('authorization') || headers.has('x-functions-key')) return undefined;
  if (/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? '')) return undefined;
  return problem('UnsupportedMediaType', { detail });
};

const detail =
  'The request needs content-type: application/json, authorization or x-functions-key, since no form sends these.';
