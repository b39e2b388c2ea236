import { customer } from '../../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../../domain/emailAddress.ts';
import { loadCurrent } from './currentState.ts';
import type { Clock } from '../clock.ts';
import type { EmailClaim, EmailClaims } from './ports.ts';
import type { EventStore } from '../eventStore.ts';

/** How long a claim is left alone whose customer does not exist yet. Safety does not hang on it: fencing does. */
const leaseMs = 10_000;
const maximumAttempts = 7;

type Services = {
  readonly claims: EmailClaims;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly pause: (attempt: number) => Promise<void>;
};

/**
 * Reserves an e-mail address for a customer who is about to be created: 'reserved', or 'taken' by another one, or
 * 'pending' while it is open whether another one will come. Reserving again for the same customer succeeds. A claim
 * whose customer never came is taken over, after making sure that this customer can never come.
 */
export const reserveEmail = async (
  { claims, eventStore, clock, pause }: Services,
  email: string,
  customerId: string,
): Promise<'reserved' | 'taken' | 'pending'> => {
  const address = normalizeEmailAddress(email);

  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    const claim: EmailClaim = { customerId, claimedAt: new Date(clock.now()).toISOString() };
    const holder = await claims.claim(address, claim);
    if (holder === 'claimed' || holder.customerId === customerId) return 'reserved';
    const standing = await standingOf(eventStore, clock, holder, address);
    if (standing === 'good') return 'taken';
    if (standing === 'void' && (await claims.takeOver(address, claim, holder.etag)) === 'claimed') return 'reserved';
    await pause(attempt);
  }
  return 'pending';
};

/** 'good': its customer has this address. 'void': no such customer will ever be. 'open': there may be one soon. */
const standingOf = async (
  eventStore: EventStore,
  clock: Clock,
  { customerId, claimedAt }: EmailClaim,
  address: string,
): Promise<'good' | 'void' | 'open'> => {
  const held = await addressOf(eventStore, customerId);
  // A key used for a second address leaves a claim behind that names a customer who has another one.
  if (held !== 'none') return held === address ? 'good' : 'void';
  if (clock.now() < Date.parse(claimedAt) + leaseMs) return 'open';
  // Whoever has begun meanwhile is looked at again.
  return (await eventStore.fence(customerId)) === 'fenced' ? 'void' : 'open';
};

/** The customer's normalised address; 'none' when there is no such customer yet, 'fenced' when there never will be. */
const addressOf = async (eventStore: EventStore, customerId: string): Promise<string> => {
  const current = await loadCurrent(customer, eventStore, customerId);
  if (current === 'fenced') return 'fenced';
  return current.state.status === 'known' ? normalizeEmailAddress(current.state.email) : 'none';
};
