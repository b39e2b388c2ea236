export const roles = ['Teller', 'Auditor', 'Operator', 'Customer'] as const;
export type Role = (typeof roles)[number];

/** Who somebody has proved to be. */
export type Identity = {
  /** Never another's: commits name it as their actor, and idempotency keys belong to it. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Whose things alone the role `Customer` lets it reach. */
  readonly customerId?: string | undefined;
};

export type Tokens = {
  /**
   * Whom a bearer token stands for, or in words for callers why it will not do.
   * Throws ServiceUnavailable where its issuer has to be asked, and does not answer.
   */
  verify(token: string): Promise<Identity | { readonly invalid: string }>;
  /** Throws ServiceUnavailable where no token can be verified. */
  ping(): Promise<void>;
};

/** An identity in a role. */
export type Caller = {
  readonly name: string;
  /** The customer whose things alone it may reach; undefined where it may reach all. */
  readonly onlyFor?: string | undefined;
};

/** In the roles that are admitted, the widest counts; undefined where the identity has none of them. */
export const callerOf = ({ name, roles, customerId }: Identity, admitted: readonly Role[]): Caller | undefined => {
  const held = admitted.filter((role) => roles.includes(role));
  if (held.some((role) => role !== 'Customer')) return { name };
  // A customer of no id is nobody's: without this, `onlyFor` would be missing, and all within reach.
  return held.length > 0 && customerId !== undefined ? { name, onlyFor: customerId } : undefined;
};
