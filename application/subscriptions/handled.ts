import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { Patience } from './patience.ts';

/**
 * How long a claim holds: as long as the lock of a delivery. A crash costs no more time by that, since the message comes again only
 * after the lock. A handler that takes longer may run twice.
 */
export const leaseMs = 300_000;

/** The event that a listener handles, and for how long the app remembers that; for good where it does not say. */
export type Handling = {
  readonly listener: string;
  readonly eventId: string;
  readonly remembersForSeconds?: number | undefined;
};

/** A claim as its holder sees it. */
export type HandledClaim = Handling & { readonly etag: string };

/** Which events each listener has handled. All throw ServiceUnavailable. */
export type HandledEvents = {
  /** Claims an event for one caller alone, until the lease ends. 'done': handled before. 'taken': somebody else has a claim. */
  claim(handling: Handling, leaseMs: number): Promise<HandledClaim | 'done' | 'taken'>;
  /** Remembers the event as handled, even where somebody else took the claim over meanwhile. */
  finish(claim: HandledClaim): Promise<void>;
  /** Gives a claim back, so that the event can be claimed at once; without effect where somebody else took it over. */
  release(claim: HandledClaim): Promise<void>;
};

/** Does the work unless it was done before. Throws ServiceUnavailable while somebody else is doing it. */
export type Once = (handling: Handling, work: () => Promise<void>, patience: Pick<Patience, 'retry'>) => Promise<void>;

export const createOnce =
  (handled: HandledEvents): Once =>
  async (handling, work, patience) => {
    const claim = await handled.claim(handling, leaseMs);
    if (claim === 'done') return;
    if (claim === 'taken') {
      throw new ServiceUnavailable(`Event ${handling.eventId}, which somebody else handles for ${handling.listener},`);
    }
    try {
      await work();
    } catch (error) {
      // Where the release fails as well, the claim ends with its lease.
      await handled.release(claim).catch(() => undefined);
      throw error;
    }
    // Retries the note alone. The caller's retry would wait until the lease is over, and then do the work again.
    await patience.retry(() => handled.finish(claim));
  };
