import type { Tokens } from '../../application/identity.ts';
import type { Services } from '../services.ts';
import type { Settings } from '../settings/settings.ts';

/** What the console is told; undefined where it is off. */
export const composeConsole = (
  { CONSOLE, AUTH, BANK_TIME_ZONE: timeZone }: Pick<Settings, 'CONSOLE' | 'AUTH' | 'BANK_TIME_ZONE'>,
  tokens: Tokens | undefined,
): Services['console'] => {
  if (!CONSOLE) return undefined;
  const { clientId = '', scope } = CONSOLE;
  return {
    timeZone,
    signIn: AUTH &&
      tokens && {
        client: { issuer: AUTH.issuer, customerClaim: AUTH.customerClaim, clientId, scope },
        origins: () => tokens.endpointOrigins(),
      },
  };
};
