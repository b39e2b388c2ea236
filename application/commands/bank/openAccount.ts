import { account } from '../../../domain/account/account.ts';
import type { AccountCommand, AccountRejection } from '../../../domain/account/commands.ts';
import { customer } from '../../../domain/customer/customer.ts';
import { isRecorded } from '../../eventStore.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import type { HandlerOptions, Handlers } from '../handlers.ts';
import { refuseUnlessCommitted } from '../refusal.ts';

export type UnknownCustomer = { readonly code: 'UnknownCustomer' };

/** Opens an account for a customer who exists. */
export const openAccount = async (
  { eventStore, history }: Pick<HandlerOptions, 'eventStore' | 'history'>,
  handlerOf: Handlers,
  accountId: string,
  request: CommandRequest<Extract<AccountCommand, { type: 'OpenAccount' }>>,
): Promise<Outcome<AccountRejection | UnknownCustomer>> => {
  const { customerId } = request.command;
  // Before anything is read: a customer does not even learn whether others exist.
  if (request.onlyFor !== undefined && request.onlyFor !== customerId) {
    return { outcome: 'rejected', rejection: { code: 'UnknownCustomer' } };
  }
  const beginning = await history.beginning(customerId);
  if (!isRecorded(beginning) || beginning.aggregate !== customer.name) {
    return refuseUnlessCommitted(eventStore, accountId, request, { code: 'UnknownCustomer' });
  }
  return handlerOf(account).handle(accountId, request, 'new');
};
