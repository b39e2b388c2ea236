import type { HttpRequest } from '@azure/functions';
import { callerOf, type Caller } from '../../application/identity.ts';
import { requirementOf, type Access } from './access.ts';
import type { Answer } from './answer.ts';
import { forbidden, type Credentials, type Door } from './door.ts';
import { problem } from './problem.ts';
import type { RateLimit } from './rateLimit.ts';

/** Finds the caller of a request, or refuses the request. Throws ServiceUnavailable. */
export type Admit = (request: HttpRequest, access: Access) => Promise<{ caller: Caller } | { refusal: Answer }>;

export const createAdmission =
  (door: Door, rateLimit: RateLimit): Admit =>
  async (request, access) => {
    const credentials = access === 'anonymous' ? strangerOf(request) : await door.authenticate(request);
    if ('refusal' in credentials) return credentials;
    const waitMs = rateLimit.take(credentials.quota);
    if (waitMs > 0) {
      return { refusal: problem('RateLimited', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } }) };
    }
    if (access === 'anonymous') return { caller: credentials.identity };
    const caller = callerOf(credentials.identity, requirementOf(access).roles);
    return caller ? { caller } : { refusal: forbidden() };
  };

/** Counts requests to open routes by the caller's address, which Azure adds at the end; whatever the caller wrote there comes before. */
const strangerOf = ({ headers }: HttpRequest): Credentials => {
  const address = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim().replace(/:\d+$/, '') ?? '';
  return { identity: { name: 'anonymous', roles: [] }, quota: `anonymous ${address}` };
};
