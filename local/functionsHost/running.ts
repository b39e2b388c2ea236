/** Keeps track of running work. */
export type Running = {
  /** Tracks a promise, which must not reject, until it settles; returns the promise. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
  /** Resolves once nothing is running. */
  readonly idle: () => Promise<void>;
};

export const createRunning = (): Running => {
  const running = new Set<Promise<unknown>>();
  return {
    track: (work) => {
      running.add(work);
      void work.finally(() => running.delete(work));
      return work;
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
};
