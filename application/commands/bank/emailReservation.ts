import type { CustomerCommand, CustomerRejection } from '../../../domain/customer/customer.ts';
import { present, type Clock } from '../../clock.ts';
import type { EventStore } from '../../eventStore.ts';
import { ServiceUnavailable } from '../../serviceUnavailable.ts';
import type { Handle } from '../commandHandler.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import { currentAddress } from './currentAddress.ts';
import type { EmailClaim, EmailClaims } from '../ports.ts';

/** How long others leave a claim alone whose customer does not have the address. Safety rests on fences, not on this time. */
const leaseMs = 10_000;
const maximumAttempts = 7;

export type Reserving = {
  readonly claims: EmailClaims;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly pause: (attempt: number) => Promise<void>;
  readonly customers: Handle<CustomerCommand, CustomerRejection>;
};

export type EmailTaken = { readonly code: 'EmailTaken' };

export type Reservation =
  | {
      readonly outcome: 'reserved';
      /** For a command that appended nothing: removes the claim that was made for it, if it is still the same. */
      readonly giveBack: () => Promise<void>;
    }
  /** Another customer has the address. */
  | { readonly outcome: 'taken' }
  /** Nobody knows yet whether the claim's customer will have the address. */
  | { readonly outcome: 'pending' };

/**
 * Reserves an e-mail address for a customer who is about to have it. The claim is written anew in any case, also where it is the
 * customer's already: a release that was meant for the claim as it was then misses it. A claim whose customer does not have the
 * address is taken over after a fence, which makes sure that no command that relied on it can append any more.
 */
export const reserveEmail = async (
  reserving: Reserving,
  request: CommandRequest<unknown>,
  address: string,
  customerId: string,
): Promise<Reservation> => {
  const { claims, clock, pause } = reserving;

  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    if (attempt > 1) await pause(attempt - 1);
    const claim: EmailClaim = { customerId, claimedAt: present(clock) };
    // Most addresses are free: the app reads a claim only where there is one.
    const created = await claims.write(address, claim);
    if (created !== 'conflict') return reserved(claims, address, created.etag);

    const held = await claims.read(address);
    if (!held) continue;
    const isOwn = held.customerId === customerId;
    const standing = isOwn ? 'own' : await standingOf(reserving, request, held, address);
    if (standing === 'good') return { outcome: 'taken' };
    if (standing === 'open') continue;
    const written = await claims.write(address, claim, held.etag);
    if (written === 'conflict') continue;
    // The customer may have the address already: then nothing gives it back.
    return reserved(claims, address, isOwn ? undefined : written.etag);
  }
  return { outcome: 'pending' };
};

const reserved = (claims: EmailClaims, address: string, newEtag: string | undefined): Reservation => ({
  outcome: 'reserved',
  giveBack: async () => {
    if (newEtag !== undefined) await releaseIfPossible(claims, address, newEtag);
  },
});

/** Releases a claim that nobody relies on any more. Where that fails, whoever wants the address takes the claim over. */
export const releaseIfPossible = async (claims: EmailClaims, address: string, etag: string): Promise<void> => {
  try {
    await claims.release(address, etag);
  } catch (error) {
    if (!(error instanceof ServiceUnavailable)) throw error;
  }
};

/** Whether it is certain that a command has not appended, and will not. */
export const hasAppendedNothing = (outcome: Outcome<unknown>): boolean =>
  outcome.outcome === 'done'
    ? outcome.replayed
    : ['rejected', 'versionMismatch', 'keyReused'].includes(outcome.outcome);

/** The refusal of a command whose address is not reserved. */
export const refusalOf = ({
  outcome,
}: Pick<Exclude<Reservation, { outcome: 'reserved' }>, 'outcome'>): Outcome<EmailTaken> =>
  outcome === 'taken' ? { outcome: 'rejected', rejection: { code: 'EmailTaken' } } : { outcome: 'contention' };

/** 'good': the claim's customer has this address. 'void': nobody relies on the claim. 'open': somebody may. */
const standingOf = async (
  reserving: Reserving,
  request: CommandRequest<unknown>,
  { customerId, claimedAt }: EmailClaim,
  address: string,
): Promise<'good' | 'void' | 'open'> => {
  const { eventStore, clock } = reserving;
  const current = await currentAddress(eventStore, customerId);
  if (current === 'fenced') return 'void';
  if (current?.address === address) return 'good';
  if (clock.now() < Date.parse(claimedAt) + leaseMs) return 'open';
  const isFenced = current
    ? await lapse(reserving, request, customerId, { claimEpoch: current.claimEpoch, claimedAt })
    : (await eventStore.fence(customerId)) === 'fenced';
  // Where the customer has moved on meanwhile, the next attempt looks again.
  return isFenced ? 'void' : 'open';
};

/** Ends the customer's epoch, so that a change of address that claimed before appends nothing. */
const lapse = async (
  { customers }: Reserving,
  { actor, correlationId, commandId, traceparent }: CommandRequest<unknown>,
  customerId: string,
  lapsing: { readonly claimEpoch: number; readonly claimedAt: string },
): Promise<boolean> => {
  const { outcome } = await customers(customerId, {
    command: { type: 'LapseEmailClaim', ...lapsing },
    commandId: `l:${commandId}:${lapsing.claimEpoch}`,
    keyed: false,
    fingerprint: '',
    ...{ actor, correlationId, causationId: commandId, traceparent },
  });
  return outcome === 'done';
};
