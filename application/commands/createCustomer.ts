import { customer, type CustomerCommand, type CustomerRejection } from '../../domain/customer/customer.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import { reserveEmail } from './emailReservation.ts';
import type { createHandlers, ExecutorOptions, IdOf } from './executor.ts';
import type { EmailClaims } from './ports.ts';
import { refuseUnlessCommitted } from './refusal.ts';

export type EmailTaken = { readonly code: 'EmailTaken' };

const maximumFencedIds = 5;

/** Reserves the e-mail address, then creates the customer. */
export const createCustomer = async (
  options: Pick<ExecutorOptions, 'eventStore' | 'history' | 'clock' | 'pause'> & { readonly claims: EmailClaims },
  handlerOf: ReturnType<typeof createHandlers>,
  idOf: IdOf,
  request: CommandRequest<Extract<CustomerCommand, { type: 'CreateCustomer' }>>,
): Promise<Outcome<CustomerRejection | EmailTaken>> => {
  const { eventStore, history } = options;
  for (let attempt = 0; attempt < maximumFencedIds; attempt += 1) {
    const customerId = idOf(attempt);
    const reservation = await reserveEmail(options, request.command.email, customerId);
    if (reservation === 'pending') return { outcome: 'contention' };
    if (reservation === 'taken') {
      // This very request's customer may have taken it, under the id after the fenced one.
      if (request.keyed && (await history.beginning(customerId)) === 'fenced') continue;
      return refuseUnlessCommitted(eventStore, customerId, request, { code: 'EmailTaken' });
    }
    const outcome = await handlerOf(customer).handle(customerId, request, 'new');
    if (outcome.outcome !== 'fenced') return outcome;
  }
  return { outcome: 'contention' };
};
