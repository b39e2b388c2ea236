import type { HttpRequest } from '@azure/functions';
import { callerOf, type Caller } from '../../application/identity.ts';
import { requirementOf, type Access } from './access.ts';
import type { Answer } from './answer.ts';
import { forbidden, type Door } from './door.ts';
import { problem } from './problem.ts';
import type { RateLimit } from './rateLimit.ts';

/** Finds the caller of a request, or refuses the request. Throws ServiceUnavailable. */
export type Admit = (request: HttpRequest, access: Access) => Promise<{ caller: Caller } | { refusal: Answer }>;

export const createAdmission =
  (door: Door, rateLimit: RateLimit): Admit =>
  async (request, access) => {
    if (access === 'anonymous') return { caller: { name: 'anonymous' } };
    const credentials = await door.authenticate(request);
    if ('refusal' in credentials) return credentials;
    const waitMs = rateLimit.take(credentials.quota);
    if (waitMs > 0) {
      return { refusal: problem('RateLimited', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } }) };
    }
    const caller = callerOf(credentials.identity, requirementOf(access).roles);
    return caller ? { caller } : { refusal: forbidden() };
  };
