import { account, type AccountCommand, type AccountRejection } from '../../domain/account/account.ts';
import { customer } from '../../domain/customer/customer.ts';
import { boundedCache } from '../boundedCache.ts';
import type { EventStore } from '../eventStore.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import { loadCurrent } from './currentState.ts';
import type { createHandlers } from './executor.ts';
import { refuseUnlessCommitted } from './refusal.ts';

export type UnknownCustomer = { readonly code: 'UnknownCustomer' };

/** Opens an account for a customer who exists. */
export const openAccount = async (
  { eventStore }: { readonly eventStore: EventStore },
  customers: KnownCustomers,
  handlerOf: ReturnType<typeof createHandlers>,
  accountId: string,
  request: CommandRequest<Extract<AccountCommand, { type: 'OpenAccount' }>>,
): Promise<Outcome<AccountRejection | UnknownCustomer>> => {
  const { customerId } = request.command;
  // Before anything is read: a customer does not even learn whether others exist.
  if (request.onlyFor !== undefined && request.onlyFor !== customerId) {
    return { outcome: 'rejected', rejection: { code: 'UnknownCustomer' } };
  }
  if (!(await customers.exists(customerId))) {
    return refuseUnlessCommitted(eventStore, accountId, request, { code: 'UnknownCustomer' });
  }
  return handlerOf(account)(accountId, request, 'new');
};

export type KnownCustomers = {
  exists(customerId: string): Promise<boolean>;
  remember(customerId: string): void;
};

/** Customers never vanish, so this instance remembers for good whom it has seen. */
export const customersOf = (eventStore: EventStore): KnownCustomers => {
  const known = boundedCache<true>(50_000);
  return {
    async exists(customerId) {
      if (known.get(customerId)) return true;
      const current = await loadCurrent(customer, eventStore, customerId);
      if (current === 'fenced' || current.state.status !== 'known') return false;
      known.set(customerId, true);
      return true;
    },
    remember: (customerId) => known.set(customerId, true),
  };
};
