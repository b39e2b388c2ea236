import type { Role } from '../../application/identity.ts';

type Requirement = {
  /** The key that the Functions host asks for if keys are the door; a stronger one will do, too. */
  readonly key: 'anonymous' | 'function' | 'admin';
  /** The roles that open the endpoint if tokens are the door; one of them is enough. */
  readonly roles: readonly Role[];
};

/**
 * What an endpoint asks of its callers. One that admits the role `Customer` has to respect `caller.onlyFor`: for such a
 * caller, what belongs to another customer does not exist.
 */
const accesses = {
  anonymous: { key: 'anonymous', roles: [] },
  command: { key: 'function', roles: ['Teller'] },
  ownCommand: { key: 'function', roles: ['Teller', 'Customer'] },
  query: { key: 'function', roles: ['Teller', 'Auditor'] },
  ownQuery: { key: 'function', roles: ['Teller', 'Auditor', 'Customer'] },
  /** What belongs to nobody. */
  everyRole: { key: 'function', roles: ['Teller', 'Auditor', 'Operator', 'Customer'] },
  watch: { key: 'function', roles: ['Auditor', 'Operator'] },
  operator: { key: 'admin', roles: ['Operator'] },
} as const satisfies Readonly<Record<string, Requirement>>;

export type Access = keyof typeof accesses;

export const requirementOf = (access: Access): Requirement => accesses[access];
