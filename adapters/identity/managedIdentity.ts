import { ManagedIdentityCredential } from '@azure/identity';

export const createCredential = (clientId: string | undefined): ManagedIdentityCredential =>
  clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
