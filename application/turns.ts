/** Does work when its turn comes; returns undefined where the signal aborts before. */
export type TakeTurn = <Result>(signal: AbortSignal, work: () => Promise<Result>) => Promise<Result | undefined>;

/** So many at once; the others wait in the order in which they came. */
export const createTurns = (atOnce: number): TakeTurn => {
  let free = atOnce;
  const waiting = new Set<() => void>();

  const wait = async (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return false;
    if (free > 0) {
      free -= 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const begin = () => resolve(true);
    const giveUp = () => resolve(!waiting.delete(begin));
    waiting.add(begin);
    signal.addEventListener('abort', giveUp);
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  };
  const passOn = (): void => {
    const [next] = waiting;
    if (!next) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return async (signal, work) => {
    if (!(await wait(signal))) return undefined;
    try {
      return await work();
    } finally {
      passOn();
    }
  };
};
