export const roles = ['Teller', 'Auditor', 'Operator', 'Customer'] as const;
export type Role = (typeof roles)[number];

/** The identity that a caller has proved. */
export type Identity = {
  /** Unique: commits name it as their actor, and idempotency keys belong to it. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** The customer whose aggregates the role `Customer` lets it reach. */
  readonly customerId?: string | undefined;
};

export type Tokens = {
  /**
   * The identity that a bearer token proves, or, in words for callers, why the app refuses it.
   * Throws ServiceUnavailable where the issuer has to be asked and does not answer.
   */
  verify(token: string): Promise<Identity | { readonly invalid: string }>;
  /** Throws ServiceUnavailable where no token can be verified. */
  ping(): Promise<void>;
  /** The origins of the issuer's metadata and of its token endpoint. Throws ServiceUnavailable where they are not known. */
  endpointOrigins(): Promise<readonly string[]>;
};

/** An identity in a role. */
export type Caller = {
  readonly name: string;
  /** The only customer whose aggregates it may reach; undefined where it may reach all. */
  readonly onlyFor?: string | undefined;
};

/** The policy of ownership: the customer to whom an aggregate belongs; undefined where its state or row does not tell. */
export type OwnerOf = (kind: string, aggregateId: string, stateOrRow: unknown) => string | undefined;

/** The caller in the widest of the admitted roles that the identity has; undefined where it has none of them. */
export const callerOf = ({ name, roles, customerId }: Identity, admitted: readonly Role[]): Caller | undefined => {
  const held = admitted.filter((role) => roles.includes(role));
  if (held.some((role) => role !== 'Customer')) return { name };
  // Without an id, `onlyFor` would be missing, and the caller could reach everybody.
  return held.length > 0 && customerId !== undefined ? { name, onlyFor: customerId } : undefined;
};
