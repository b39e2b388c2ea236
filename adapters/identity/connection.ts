/**
 * A connection to a service: a connection string, or an address and a managed identity that signs in there
 * (`clientId` names a user-assigned one).
 */
export type Connection =
  { readonly connectionString: string } | { readonly address: string; readonly clientId: string | undefined };
