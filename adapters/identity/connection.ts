/**
 * How a service is reached: by a connection string, or by its address and a managed identity that signs in there
 * (`clientId`: a user-assigned one).
 */
export type Connection =
  { readonly connectionString: string } | { readonly address: string; readonly clientId: string | undefined };
