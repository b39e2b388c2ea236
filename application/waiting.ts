/** More would hold places of an instance that commands need. */
const mostWaiting = 8;
const mostOfCaller = 2;

/** The requests of this instance that wait for something to come. */
export type Waiting = {
  /** Counts a request that begins to wait; the result counts it no more. Undefined where as many wait as may. */
  enter(caller: string): (() => void) | undefined;
  /** Aborted when the instance stops: nobody waits any longer. */
  readonly stopping: AbortSignal;
  stop(): void;
};

export const createWaiting = (): Waiting => {
  const callers: string[] = [];
  const stopping = new AbortController();
  return {
    enter(caller) {
      const own = callers.filter((each) => each === caller);
      if (callers.length >= mostWaiting || own.length >= mostOfCaller) return undefined;
      callers.push(caller);
      return () => void callers.splice(callers.indexOf(caller), 1);
    },
    stopping: stopping.signal,
    stop: () => stopping.abort(),
  };
};
