import { customer } from '../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../domain/emailAddress.ts';
import { loadCurrent } from './currentState.ts';
import type { Clock, EmailClaim, EmailClaims, EventStore } from './ports.ts';

/** How long a claim is left alone whose customer does not exist yet. Safety does not hang on it: fencing does. */
const leaseMs = 10_000;
const maximumAttempts = 5;

/**
 * Reserves an e-mail address for a customer who is about to be created: 'reserved', or 'taken' by another one.
 * Reserving again for the same customer succeeds. A claim whose customer never came is taken over, after making sure
 * that this customer can never come.
 */
export const reserveEmail = async (
  { claims, eventStore, clock }: { claims: EmailClaims; eventStore: EventStore; clock: Clock },
  email: string,
  customerId: string,
): Promise<'reserved' | 'taken'> => {
  const address = normalizeEmailAddress(email);

  for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
    const claim: EmailClaim = { customerId, claimedAt: new Date(clock.now()).toISOString() };
    const holder = await claims.claim(address, claim);
    if (holder === 'claimed' || holder.customerId === customerId) return 'reserved';
    if (await holds(eventStore, clock, holder, address)) return 'taken';
    if ((await claims.takeOver(address, claim, holder.etag)) === 'claimed') return 'reserved';
  }
  return 'taken';
};

/** Whether the claim is good: its customer has this address, or may still come to have it. */
const holds = async (eventStore: EventStore, clock: Clock, holder: EmailClaim, address: string): Promise<boolean> => {
  const found = await addressOf(eventStore, holder.customerId);
  if (found === 'none') {
    if (clock.now() < Date.parse(holder.claimedAt) + leaseMs) return true;
    if ((await eventStore.fence(holder.customerId)) === 'fenced') return false;
    return (await addressOf(eventStore, holder.customerId)) === address;
  }
  // A key used for a second address leaves a claim behind that names a customer who has another one.
  return found === address;
};

/** The customer's normalised address; 'none' when there is no such customer yet, undefined when there never will be. */
const addressOf = async (eventStore: EventStore, customerId: string): Promise<string | undefined> => {
  const current = await loadCurrent(customer, eventStore, customerId);
  if (current === 'fenced') return undefined;
  return current.state.status === 'known' ? normalizeEmailAddress(current.state.email) : 'none';
};
