import { customer, type CustomerCommand, type CustomerRejection } from '../../../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../../../domain/emailAddress.ts';
import { outcomeOfCommit, type CommandRequest, type Outcome } from '../commandRequest.ts';
import { currentAddress, type CurrentAddress } from './currentAddress.ts';
import { isExpected } from '../decideGroup.ts';
import {
  hasAppendedNothing,
  refusalOf,
  releaseIfPossible,
  reserveEmail,
  type EmailTaken,
  type Reserving,
} from './emailReservation.ts';
import type { HandlerOptions, Handlers } from '../handlers.ts';
import type { EmailClaims } from '../ports.ts';
import { unlessCommitted } from '../refusal.ts';

const maximumAttempts = 8;

type Change = CommandRequest<Extract<CustomerCommand, { type: 'ChangeEmail' }>>;
type Changed = Outcome<CustomerRejection | EmailTaken>;

/** Reserves the new e-mail address, changes it, and releases the former one. */
export const changeEmail = async (
  options: Pick<HandlerOptions, 'eventStore' | 'clock' | 'pause' | 'ownerOf'> & { readonly claims: EmailClaims },
  handlerOf: Handlers,
  customerId: string,
  request: Change,
): Promise<Changed> => {
  const customers = handlerOf(customer).handle;
  const { eventStore, pause, ownerOf } = options;
  const isWithinReach =
    request.onlyFor === undefined || request.onlyFor === ownerOf(customer.name, customerId, undefined);
  // Before anything is read or claimed: the handler refuses it in the same way as for a customer who does not exist.
  if (!isWithinReach) return customers(customerId, request);
  const before = request.keyed ? await eventStore.findCommit(customerId, request.commandId) : undefined;
  if (before) return outcomeOfCommit(before, request);

  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    if (attempt > 1) await pause(attempt - 1);
    const current = await currentAddress(eventStore, customerId);
    const outcome = mayChange(request, current)
      ? await changeFrom({ ...options, customers }, current, customerId, request)
      : // It has claimed nothing, so that the rules refuse it whatever else they say.
        await customers(customerId, request);
    if (!hasClaimMoved(outcome)) return outcome;
  }
  return { outcome: 'contention' };
};

/** One attempt. It rests on what the customer was before the claim: where that has changed, the claim has to be written again. */
const changeFrom = async (
  reserving: Reserving,
  { claimEpoch, address: former }: CurrentAddress,
  customerId: string,
  request: Change,
): Promise<Changed> => {
  const { claims, eventStore, customers } = reserving;
  const address = normalizeEmailAddress(request.command.email);
  const reservation = await reserveEmail(reserving, request, address, customerId);
  if (reservation.outcome !== 'reserved') {
    return unlessCommitted(eventStore, customerId, request, refusalOf(reservation));
  }

  // Read before the append: whoever gives the customer this address again claims it after the append, and so anew.
  const formerClaim = former === address ? undefined : await claims.read(former);
  const outcome = await customers(customerId, { ...request, command: { ...request.command, claimEpoch } });
  if (outcome.outcome === 'done' && !outcome.replayed) {
    if (formerClaim?.customerId === customerId) await releaseIfPossible(claims, former, formerClaim.etag);
  } else if (hasAppendedNothing(outcome)) await reservation.giveBack();
  return outcome;
};

/** Whether there is a customer, at a version that the caller expects. */
const mayChange = (
  { expectedVersions }: Change,
  current: Awaited<ReturnType<typeof currentAddress>>,
): current is CurrentAddress =>
  current !== undefined && current !== 'fenced' && isExpected(current.version, expectedVersions);

const hasClaimMoved = (outcome: Changed): boolean =>
  outcome.outcome === 'rejected' && outcome.rejection.code === 'EmailClaimMoved';
