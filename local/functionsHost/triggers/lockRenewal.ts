import type { ServiceBusReceivedMessage } from '@azure/service-bus';

/** With shorter pauses, the host would do little else than renew. */
const shortestPauseMs = 100;

/**
 * Renews the lock of a message whenever half of it is over, for `forMs` at most, until the caller stops it. The client library would
 * renew until the message is settled. Azure renews until the function ends, so that a message that nobody settles comes again.
 */
export const keepLocked = (options: {
  message: ServiceBusReceivedMessage;
  forMs: number;
  renew: () => Promise<Date>;
  failed: (error: unknown) => void;
  now: () => number;
}): (() => void) => {
  const { message, forMs, renew, failed, now } = options;
  const until = now() + forMs;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const complain = (error: unknown): void => {
    // A message that was settled meanwhile has no lock to renew.
    if (!stopped) failed(error);
  };
  const renewAfter = (lockedUntil: Date | undefined): void => {
    if (lockedUntil === undefined || stopped) return;
    const pauseMs = Math.max((lockedUntil.getTime() - now()) / 2, shortestPauseMs);
    if (now() + pauseMs <= until) timer = setTimeout(() => void renew().then(renewAfter, complain), pauseMs);
  };
  renewAfter(message.lockedUntilUtc);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
