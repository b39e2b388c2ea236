import type { IncomingMessage, ServerResponse } from 'node:http';
import { couldBeForm, formRefusal } from '../../service/foreignRequests.ts';
import type { AuthLevel } from '../hostFunction.ts';
import { readBody } from './request.ts';
import { pathSegments } from './routeTemplate.ts';

/** A request below `/_local`. It is plain data, so that another process may answer it. */
export type LocalRequest = {
  readonly method: string;
  /** Without a slash at its end, such as `/_local/faults`. */
  readonly path: string;
  /** What the request has as JSON; undefined where it has no body. */
  readonly body?: unknown;
};

export type LocalAnswer = { readonly status: number; readonly body: object };

/** Answers what whoever started the host serves below `/_local`: none of it belongs to the app. */
export type LocalRoutes = (request: LocalRequest) => Promise<LocalAnswer>;

export const isLocal = ({ pathname }: URL): boolean => pathSegments(pathname)[0] === '_local';

const largestBody = 16 * 1_024;

/** Whoever may call `/admin` may call these. */
export const answerLocal = async (
  routes: LocalRoutes,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  level: AuthLevel,
): Promise<void> => {
  const { status, body } = await decide(routes, request, url, level);
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(bytes);
};

const refusal = (status: number, error: string): LocalAnswer => ({ status, body: { error } });

const decide = async (
  routes: LocalRoutes,
  request: IncomingMessage,
  { pathname }: URL,
  level: AuthLevel,
): Promise<LocalAnswer> => {
  if (level !== 'admin') return refusal(level === 'anonymous' ? 401 : 403, 'The master key opens this.');
  if (couldBeForm(request)) return refusal(415, formRefusal);
  const read = await readBody(request, largestBody);
  if (read === 'tooLarge') return refusal(413, 'The body is too large.');
  const about = { method: request.method ?? 'GET', path: pathname.replace(/\/$/, '') };
  if (read.length === 0) return routes(about);
  const body = parsed(read);
  return body === undefined ? refusal(400, 'The body is not JSON.') : routes({ ...about, body });
};

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
};
