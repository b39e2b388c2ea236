import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { roles, type Identity, type Tokens } from '../../application/identity.ts';
import type { Clock } from '../../application/clock.ts';
import type { Log } from '../../application/log.ts';
import { createIssuerKeys } from './issuerKeys.ts';

/** Asymmetric algorithms alone: with a symmetric one, whoever can verify a token can make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** By how many seconds two clocks may differ. */
const clockTolerance = 60;

type Options = {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names the customer in the role `Customer`: any, also `sub` or `oid`. */
  readonly customerClaim: string;
  readonly clock: Clock;
  readonly log: Log;
};

/** Bearer tokens (JWT) of one OpenID issuer, for one audience. */
export const openTokens = ({ issuer, audience, customerClaim, clock, log }: Options): Tokens => {
  const keys = createIssuerKeys({ issuer, clock, log });
  const expected = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['exp', 'sub'] };

  const identityOf = (claims: unknown): Identity | { readonly invalid: string } => {
    const parsed = subject.safeParse(claims);
    if (!parsed.success) return { invalid: 'The token names nobody' };
    const { oid, sub, roles } = parsed.data;
    // In Entra ID, `oid` is the directory's id of somebody, and `sub` differs from app to app.
    return { name: `${issuer}#${oid ?? sub}`, roles, customerId: customerId.parse(parsed.data[customerClaim]) };
  };

  return {
    ping: keys.ping,
    endpointOrigins: keys.endpointOrigins,
    async verify(token) {
      try {
        const currentDate = new Date(clock.now());
        const { payload, protectedHeader } = await jwtVerify(token, keys.find, { ...expected, currentDate });
        // An issuer signs other tokens, too, such as those for logging out: they open nothing.
        if (!/^((application\/)?(at\+)?jwt)?$/i.test(protectedHeader.typ ?? '')) return { invalid: malformed };
        return identityOf(payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) return { invalid: reasonOf(error) };
        throw error;
      }
    },
  };
};

const name = z.string().min(1).max(255);
const subject = z.looseObject({
  sub: name,
  oid: name.optional(),
  roles: z
    .array(z.unknown())
    .catch([])
    .transform((given) => roles.filter((role) => given.includes(role))),
});
const customerId = z.guid().toLowerCase().optional().catch(undefined);

const malformed = 'The token is not an access token of the issuer';

const reasonOf = (error: errors.JOSEError): string => {
  if (error instanceof errors.JWTExpired) return 'The token has expired';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return malformed;
  if (error.reason === 'missing') return `The token has no claim "${error.claim}"`;
  return reasons[error.claim] ?? malformed;
};

const reasons: Readonly<Record<string, string>> = {
  nbf: 'The token is not valid yet',
  iss: 'The token is of another issuer',
  aud: 'The token is for another audience',
};
