import { z } from 'zod';

/**
 * The console: undefined where it is off. Where tokens are the door, it signs people in as that client, and asks the issuer for that
 * scope.
 */
export const consoleSettings = z.record(z.string(), z.string()).transform((parts, context) => {
  const { '': isOn = 'false', _CLIENT_ID: clientId, _SCOPE: scope = 'openid' } = parts;
  if (!['true', 'false'].includes(isOn)) {
    context.addIssue({ code: 'custom', path: [''], message: 'must be true or false', input: undefined });
  }
  return isOn === 'true' ? { clientId, scope } : undefined;
});
