import type { IncomingMessage } from 'node:http';
import type { NullableMap, RpcHttp, TraceContext } from '../rpc.ts';
import type { Settings } from '../settings.ts';
import type { RouteParams } from './routeTemplate.ts';

const defaultMaximumBodyBytes = 104_857_600;

/** The limit of the Functions host, which an app setting may change. */
export const maximumBodyBytesOf = ({ FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: limit = '' }: Settings): number =>
  /^\d{1,15}$/.test(limit) ? Number(limit) : defaultMaximumBodyBytes;

/** The absolute URL of a request, or undefined if its target and Host header do not form one. */
export const requestUrl = (request: IncomingMessage): URL | undefined => {
  const target = request.url ?? '/';
  const host = request.headers.host ?? 'localhost';
  // Joined as text: resolved against a base, a target such as //elsewhere/ would change the host.
  const text = target.startsWith('/') ? `http://${host}${target}` : target;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' && url.username === '' && url.password === '' ? url : undefined;
};

/** Reads the whole body, and holds no more than the limit in memory. Rejects if the client goes away. */
export const readBody = async (request: IncomingMessage, maximumBytes: number): Promise<Buffer | 'tooLarge'> => {
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) return 'tooLarge';
  const chunks: Buffer[] = [];
  let size = 0;
  // Not `for await`: leaving such a loop early would destroy the socket that the answer has to go out on.
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumBytes) {
        chunks.length = 0;
        resolve('tooLarge');
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    // A request that was cut off emits no `end`.
    request.on('close', () => reject(new Error('The client went away.')));
  });
};

const nullableMap = (entries: Iterable<readonly [string, string]>): NullableMap =>
  Object.fromEntries(Array.from(entries, ([key, value]) => [key, { value }]));

function* headersOf(request: IncomingMessage): Iterable<[string, string]> {
  for (const [name, value] of Object.entries(request.headers)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    // The worker's default capabilities ask for headers without a value to be left out.
    if (text !== undefined && text !== '') yield [name, text];
  }
}

/** Joins repeated keys with a comma, as Azure does: the app cannot tell `?x=1&x=2` from `?x=1,2`. */
const queryOf = (url: URL): Map<string, string> => {
  const query = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    const before = query.get(key);
    query.set(key, before === undefined ? value : `${before},${value}`);
  }
  return query;
};

export const toRpcHttp = (request: IncomingMessage, url: URL, params: RouteParams, body: Buffer): RpcHttp => ({
  method: request.method ?? 'GET',
  url: url.href,
  nullableHeaders: nullableMap(headersOf(request)),
  nullableQuery: nullableMap(queryOf(url)),
  nullableParams: nullableMap(Object.entries(params)),
  ...(body.length > 0 && { body: { bytes: body } }),
});

/** The caller's trace, if it sent one. */
export const traceContextOf = ({ headers }: IncomingMessage): TraceContext | undefined => {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string') return undefined;
  return { traceParent: traceparent, traceState: typeof tracestate === 'string' ? tracestate : '', attributes: {} };
};
