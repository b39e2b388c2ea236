import { customer } from '../../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../../domain/emailAddress.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { loadCurrent } from './currentState.ts';
import { present, type Clock } from '../clock.ts';
import type { EmailClaim, EmailClaims } from './ports.ts';
import { readCommitPage, type EventStore } from '../eventStore.ts';

/** How long others leave a claim alone whose customer does not exist yet. Safety rests on the fence, not on this time. */
const leaseMs = 10_000;
const maximumAttempts = 7;

type Services = {
  readonly claims: EmailClaims;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly pause: (attempt: number) => Promise<void>;
};

/**
 * Reserves an e-mail address for a customer who is about to be created: 'reserved', or 'taken' by another customer, or
 * 'pending' while nobody knows whether the claim's customer will come. Reserving again for the same customer succeeds. It takes
 * a claim over whose customer never came, after a fence has made sure that this customer can never come.
 */
export const reserveEmail = async (
  { claims, eventStore, clock, pause }: Services,
  email: string,
  customerId: string,
): Promise<'reserved' | 'taken' | 'pending'> => {
  const address = normalizeEmailAddress(email);

  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    const claim: EmailClaim = { customerId, claimedAt: present(clock) };
    const holder = await claims.claim(address, claim);
    if (holder === 'claimed' || holder.customerId === customerId) return 'reserved';
    const standing = await standingOf(eventStore, clock, holder, address);
    if (standing === 'good') return 'taken';
    if (standing === 'void' && (await claims.takeOver(address, claim, holder.etag)) === 'claimed') return 'reserved';
    await pause(attempt);
  }
  return 'pending';
};

/** 'good': the claim's customer has this address. 'void': no such customer will ever exist. 'open': there may be one soon. */
const standingOf = async (
  eventStore: EventStore,
  clock: Clock,
  { customerId, claimedAt }: EmailClaim,
  address: string,
): Promise<'good' | 'void' | 'open'> => {
  const held = await addressOf(eventStore, customerId);
  // An idempotency key used again with another address leaves a claim behind whose customer has the first address.
  if (held !== 'none') return held === address ? 'good' : 'void';
  if (clock.now() < Date.parse(claimedAt) + leaseMs) return 'open';
  // Where the customer has begun meanwhile, the next attempt looks at the claim again.
  return (await eventStore.fence(customerId)) === 'fenced' ? 'void' : 'open';
};

/** The customer's normalised address; 'none' while there is no such customer, 'fenced' where there never will be. */
const addressOf = async (eventStore: EventStore, customerId: string): Promise<string> => {
  const current = await loadCurrent(customer, eventStore, customerId);
  if (current === 'fenced') return 'fenced';
  if (current.state.status !== 'known') return 'none';
  const { emailVersion } = current.state;
  const commits = await readCommitPage(eventStore, customerId, emailVersion - 1, 1);
  const event = commits.flatMap(bankEventsOf).find(({ version }) => version === emailVersion);
  if (event?.type !== 'CustomerCreated')
    throw new Error(`Event ${emailVersion} of ${customerId} sets no e-mail address`);
  return normalizeEmailAddress(event.data.person.email);
};
