import createOpenApiClient, { type Client } from 'openapi-fetch';
import type { paths } from './api.ts';
import { fetchAgain, type Fetch } from './fetchAgain.ts';
import { newIdempotencyKey } from './idempotencyKey.ts';

type Target = {
  /** The origin of the app, such as http://localhost:7071. */
  readonly url: string;
  /** What opens the door, if anything has to: a key of the host, or an access token. */
  readonly key?: string | undefined;
  readonly token?: string | undefined;
  readonly fetch?: Fetch;
  /** For how long each try waits for its answer, where that is bounded. */
  readonly answerWithinMs?: number;
  /** What is sent again while its failure may pass: all that may be, unless only commands are. */
  readonly repeats?: 'all' | 'commands';
};

export type ApiClient = Client<paths>;

/** A typed client of the API. It gives each command an idempotency key, unless the caller does, and repeats what may be repeated. */
export const createApiClient = ({
  url,
  key,
  token,
  fetch = globalThis.fetch,
  answerWithinMs,
  repeats = 'all',
}: Target): ApiClient => {
  const tryOnce = answerWithinMs === undefined ? fetch : within(answerWithinMs, fetch);
  const client = createOpenApiClient<paths>({ baseUrl: url, fetch: fetchAgain(tryOnce, repeats) });
  client.use({
    onRequest({ request, schemaPath }) {
      const empty = ['if-match', 'idempotency-key'].find((name) => request.headers.get(name) === '');
      // The host drops empty headers: the command would be carried out without its condition.
      if (empty !== undefined) throw new TypeError(`The header ${empty} is empty`);
      if (key !== undefined) request.headers.set('x-functions-key', key);
      if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
      if (!changing.has(request.method)) return;
      // Also without a body: it tells the app that no web page sent this.
      request.headers.set('content-type', 'application/json');
      if (isCommand(request.method, schemaPath) && !request.headers.has('idempotency-key')) {
        request.headers.set('idempotency-key', newIdempotencyKey());
      }
    },
  });
  return client;
};

const within =
  (ms: number, fetch: Fetch): Fetch =>
  (request, { signal }) =>
    fetch(request, { signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) });

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Below /ops the API takes a key for what operators set, and for nothing else. */
const isCommand = (method: string, path: string): boolean => method === 'PUT' || !path.startsWith('/api/ops/');
