import type { TokenCredential } from '@azure/identity';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';

/**
 * Signs in as a managed identity; throws ServiceUnavailable where it gets no token. Loads its library, which is large, when somebody
 * asks for the first token.
 */
export const managedIdentity = (clientId: string | undefined): TokenCredential => {
  let loading: Promise<TokenCredential> | undefined;
  const load = async () => (await import('./managedIdentity.ts')).createCredential(clientId);
  return {
    async getToken(...request) {
      const credential = await (loading ??= load());
      try {
        return await credential.getToken(...request);
      } catch (error) {
        throw new ServiceUnavailable('The managed identity', { cause: error });
      }
    },
  };
};
