/** Work that is going on, and the moment when none is. */
export type Running = {
  /** Counts the promise, which must not reject, until it settles; gives it back. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
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
