import type { Role } from '../../application/identity.ts';

type Requirement = {
  /** The least key that the Functions host asks for, where keys are the door. */
  readonly key: 'anonymous' | 'function' | 'admin';
  /** Any one of these opens, where tokens are the door. */
  readonly roles: readonly Role[];
};

/**
 * What operations ask of their callers. `Customer` is only where the operation minds `caller.onlyFor`: to it, what is
 * another customer's does not exist.
 */
const accesses = {
  anonymous: { key: 'anonymous', roles: [] },
  command: { key: 'function', roles: ['Teller'] },
  ownCommand: { key: 'function', roles: ['Teller', 'Customer'] },
  query: { key: 'function', roles: ['Teller', 'Auditor'] },
  ownQuery: { key: 'function', roles: ['Teller', 'Auditor', 'Customer'] },
  events: { key: 'function', roles: ['Auditor'] },
  operator: { key: 'admin', roles: ['Operator'] },
} as const satisfies Readonly<Record<string, Requirement>>;

export type Access = keyof typeof accesses;

export const requirementOf = (access: Access): Requirement => accesses[access];
