import { z } from 'zod';

// Plain HTTP is for this machine alone: on a network, anybody could replace the keys in the answer. A user name is refused: it may
// look like the host, and a password would stand in the log and in the name of every caller.
const issuerUrl = /^(https:\/\/[^/?#@\\\s]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)(\/[^?#\\\s]*)?$/;

/**
 * The door for tokens: an OpenID issuer, exactly as in its tokens, and the audience of the tokens. If neither is set, function
 * keys are the door; if only one is set, the app does not start.
 */
export const tokens = z.record(z.string(), z.string()).transform((parts, context) => {
  const { _ISSUER: issuer, _AUDIENCE: audience, _CUSTOMER_CLAIM: customerClaim = 'customer_id' } = parts;
  const refuse = (setting: string, message: string) =>
    context.addIssue({ code: 'custom', path: [setting], message, input: undefined });

  if (issuer !== undefined && !issuerUrl.test(issuer))
    refuse('_ISSUER', 'must be the URL of an OpenID issuer, by https');
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined) refuse('_ISSUER', 'is missing, but AUTH_AUDIENCE is set');
  if (audience === undefined) refuse('_AUDIENCE', 'is missing, but AUTH_ISSUER is set');
  return { issuer: issuer ?? '', audience: audience ?? '', customerClaim };
});
