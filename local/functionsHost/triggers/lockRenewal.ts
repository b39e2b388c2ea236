import type { ServiceBusReceivedMessage } from '@azure/service-bus';

/** Shorter than this, asking for more time would do nothing else. */
const shortestPauseMs = 100;

/**
 * Renews the lock of a message, each time that half of it is over, until it is told to stop or `forMs` have passed. The client library
 * would go on until the message is settled; in Azure it ends with the function, so that what nobody settles comes again.
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
    // One that was settled meanwhile has no lock to renew.
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
