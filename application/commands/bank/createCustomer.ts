import { customer, type CustomerCommand, type CustomerRejection } from '../../../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../../../domain/emailAddress.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import { hasAppendedNothing, refusalOf, reserveEmail, type EmailTaken } from './emailReservation.ts';
import type { HandlerOptions, Handlers, IdOf } from '../handlers.ts';
import type { EmailClaims } from '../ports.ts';
import { unlessCommitted } from '../refusal.ts';

const maximumFencedIds = 5;

/** Reserves the e-mail address, then creates the customer. */
export const createCustomer = async (
  options: Pick<HandlerOptions, 'eventStore' | 'history' | 'clock' | 'pause'> & { readonly claims: EmailClaims },
  handlerOf: Handlers,
  idOf: IdOf,
  request: CommandRequest<Extract<CustomerCommand, { type: 'CreateCustomer' }>>,
): Promise<Outcome<CustomerRejection | EmailTaken>> => {
  const { eventStore, history } = options;
  const customers = handlerOf(customer).handle;
  const address = normalizeEmailAddress(request.command.email);
  for (let attempt = 0; attempt < maximumFencedIds; attempt += 1) {
    const customerId = idOf(attempt);
    const reservation = await reserveEmail({ ...options, customers }, request, address, customerId);
    if (reservation.outcome !== 'reserved') {
      // This very request's customer may have taken it, under the id after the fenced one.
      if (request.keyed && (await history.beginning(customerId)) === 'fenced') continue;
      return unlessCommitted(eventStore, customerId, request, refusalOf(reservation));
    }
    const outcome = await customers(customerId, request, 'new');
    if (hasAppendedNothing(outcome)) await reservation.giveBack();
    if (outcome.outcome !== 'fenced') return outcome;
  }
  return { outcome: 'contention' };
};
