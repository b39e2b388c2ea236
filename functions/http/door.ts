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
  /** Whose requests are counted together. */
  readonly quota: string;
};

/**
 * The Functions host has let in only who has a key for the function. It does not tell the app whose, so that all are one
 * caller; which of them sends too much can be told all the same.
 */
export const keyDoor: Door = {
  kind: 'key',
  authenticate(request) {
    const key = request.headers.get('x-functions-key') ?? request.query.get('code') ?? '';
    return Promise.resolve({ identity: { name: 'key', roles: ['Teller', 'Auditor', 'Operator'] }, quota: key });
  },
};

export const tokenDoor = (tokens: Tokens): Door => ({
  kind: 'token',
  async authenticate(request) {
    const authorization = request.headers.get('authorization');
    if (authorization === null) return { refusal: challenge('A bearer token is needed') };
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) return { refusal: challenge('The header authorization is not that of a bearer token') };
    const verified = await tokens.verify(token);
    if ('invalid' in verified) return { refusal: challenge(verified.invalid, 'invalid_token') };
    return { identity: verified, quota: verified.name };
  },
});

/** As RFC 6750 has it: an error is named only to those who sent a token. */
const challenge = (reason: string, error?: 'invalid_token'): Answer =>
  problem('Unauthenticated', {
    detail: `${reason}.`,
    headers: { 'www-authenticate': `Bearer realm="daybook"${error ? `, error="${error}"` : ''}` },
  });

export const forbidden = (): Answer =>
  problem('Forbidden', {
    headers: { 'www-authenticate': 'Bearer realm="daybook", error="insufficient_scope"' },
  });
