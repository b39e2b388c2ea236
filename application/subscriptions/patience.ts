import type { Clock } from '../clock.ts';

/** How long the app tries to handle one delivery of a batch. */
export type Patience = {
  /**
   * Does the work again until it succeeds. Throws its failure once patience has run out, and at once where `isFinal` says so.
   * Retrying here spares deliveries: Service Bus would spend all of a message's deliveries within seconds.
   */
  retry<Result>(work: () => Promise<Result>, isFinal?: (failure: unknown) => boolean): Promise<Result>;
  /** Waits before a further attempt; returns false, at once, when the delivery is older than that. */
  waitWithin(ms: number, attempt: number): Promise<boolean>;
  /** How long the delivery has been handled. */
  ageMs(): number;
};

type Options = {
  readonly clock: Clock;
  readonly pause: (attempt: number) => Promise<void>;
  readonly patienceMs: number;
};

/** Patience with a delivery that begins now. */
export const beginPatience = ({ clock, pause, patienceMs }: Options): Patience => {
  const begun = clock.now();
  return {
    async retry(work, isFinal = () => false) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work();
        } catch (failure) {
          if (isFinal(failure) || clock.now() >= begun + patienceMs) throw failure;
          await pause(attempt);
        }
      }
    },
    async waitWithin(ms, attempt) {
      if (clock.now() >= begun + ms) return false;
      await pause(attempt);
      return true;
    },
    ageMs: () => clock.now() - begun,
  };
};
