import type { HttpRequest } from '@azure/functions';
import type { Identity, Tokens } from '../../application/identity.ts';
import type { Answer } from './answer.ts';
import { problem } from './problem.ts';

/** How callers prove who they are. */
export type Door = {
  readonly kind: 'key' | 'token';
  authenticate(request: HttpRequest): Promise<Credentials | { readonly refusal: Answer }>;
};

export type Credentials = {
  readonly identity: Identity;
  /** The limits of requests, and of those that wait, count requests with the same quota together. */
  readonly quota: string;
};

/**
 * The Functions host has checked the key. It does not tell the app whose key it is, so all holders of keys are one caller,
 * but the rate limit counts each key for itself. A host that checks keys lets nobody in without one.
 */
export const keyDoor: Door = {
  kind: 'key',
  authenticate(request) {
    const key = [request.headers.get('x-functions-key'), request.query.get('code')].find(Boolean) ?? '';
    const name = key === '' ? 'anonymous' : 'key';
    const quota = key === '' ? quotaOfStranger(request) : key;
    return Promise.resolve({ identity: { name, roles: ['Teller', 'Auditor', 'Operator'] }, quota });
  },
};

/**
 * Counts requests of strangers by the caller's address, which Azure adds at the end; whatever the caller wrote there comes before.
 */
export const quotaOfStranger = ({ headers }: Pick<HttpRequest, 'headers'>): string =>
  `anonymous ${headers.get('x-forwarded-for')?.split(',').at(-1)?.trim().replace(/:\d+$/, '') ?? ''}`;

export const tokenDoor = (tokens: Tokens): Door => ({
  kind: 'token',
  async authenticate(request) {
    const authorization = request.headers.get('authorization');
    if (authorization === null) return { refusal: challenge('The request has no bearer token') };
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) return { refusal: challenge('The header authorization holds no bearer token') };
    const verified = await tokens.verify(token);
    if ('invalid' in verified) return { refusal: challenge(verified.invalid, 'invalid_token') };
    return { identity: verified, quota: verified.name };
  },
});

/** RFC 6750: a challenge names an error only if the request had a token. */
const challenge = (reason: string, error?: 'invalid_token'): Answer =>
  problem('Unauthenticated', {
    detail: `${reason}.`,
    headers: { 'www-authenticate': `Bearer realm="daybook"${error ? `, error="${error}"` : ''}` },
  });

export const forbidden = (): Answer =>
  problem('Forbidden', {
    headers: { 'www-authenticate': 'Bearer realm="daybook", error="insufficient_scope"' },
  });
