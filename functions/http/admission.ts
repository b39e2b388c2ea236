import type { HttpRequest } from '@azure/functions';
import type { Bill } from '../../application/meter.ts';
import { callerOf, type Caller, type Role } from '../../application/identity.ts';
import { requirementOf, type Access } from './access.ts';
import type { Answer } from './answer.ts';
import { forbidden, quotaOfStranger, type Credentials, type Door } from './door.ts';
import { problem } from './problem.ts';
import type { RateLimit } from './rateLimit.ts';

export type Admitted = {
  readonly caller: Caller;
  /** Whose requests limits count together. */
  readonly quota: string;
  /** Tells the rate limit what the request came to, once it is answered. */
  readonly settle: (bill: Readonly<Bill>) => void;
  /** The costs of an answer tell whether something exists, and how much of it, also where the answer itself does not. */
  readonly seesCosts: boolean;
};

/** Finds the caller of a request, or refuses the request. Throws ServiceUnavailable. */
export type Admit = (request: HttpRequest, access: Access) => Promise<Admitted | { readonly refusal: Answer }>;

export const createAdmission =
  (door: Door, rateLimit: RateLimit): Admit =>
  async (request, access) => {
    const credentials = access === 'anonymous' ? strangerOf(request) : await door.authenticate(request);
    if ('refusal' in credentials) return credentials;
    const waitMs = rateLimit.take(credentials.quota);
    if (waitMs > 0) {
      return { refusal: problem('RateLimited', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } }) };
    }
    const { identity, quota } = credentials;
    const settle: Admitted['settle'] = (bill) => rateLimit.charge(quota, requestsOf(bill) - 1);
    const seesCosts = door.kind === 'key' || identity.roles.some((role) => seeCosts.includes(role));
    if (access === 'anonymous') return { caller: identity, quota, settle, seesCosts };
    const caller = callerOf(identity, requirementOf(access).roles);
    return caller ? { caller, quota, settle, seesCosts } : { refusal: forbidden() };
  };

/** For how many requests one counts: each look of one that waits costs as much as another request, of about one unit. */
const requestsOf = ({ waited, units }: Readonly<Bill>): number => (waited ? Math.max(1, Math.ceil(units)) : 1);

/** Where tokens are the door. */
const seeCosts: readonly Role[] = ['Operator', 'Auditor'];

const strangerOf = (request: HttpRequest): Credentials => ({
  identity: { name: 'anonymous', roles: [] },
  quota: quotaOfStranger(request),
});
