import { z } from 'zod';

const seconds = z.object({ seconds: z.coerce.number().nonnegative() }).transform((span) => span.seconds * 1000);

const retryOptions = z.discriminatedUnion('retryStrategy', [
  z.object({ retryStrategy: z.literal('fixedDelay'), maxRetryCount: z.number(), delayInterval: seconds }),
  z.object({
    retryStrategy: z.literal('exponentialBackoff'),
    maxRetryCount: z.number(),
    minimumInterval: seconds,
    maximumInterval: seconds,
  }),
]);

/** How often, and after which pauses, the host repeats a failed run; Infinity repeats it for ever. */
export type Retry = { readonly maxRetryCount: number; readonly delayMs: (retryCount: number) => number };

/** Reads the policy that the app registered, if any. The library has rounded its durations to seconds. */
export const readRetry = (given: unknown): Retry | undefined => {
  if (given === undefined || given === null) return undefined;
  const options = retryOptions.parse(given);
  return {
    maxRetryCount: options.maxRetryCount < 0 ? Infinity : options.maxRetryCount,
    delayMs: (retryCount) =>
      options.retryStrategy === 'fixedDelay'
        ? options.delayInterval
        : Math.min(options.minimumInterval * 2 ** retryCount, options.maximumInterval),
  };
};
