/**
 * What becomes of a step: it is done; it is done, and its answer is lost; the answer is lost, and it is done later, or never; or
 * the work ends before it, as in a crash.
 */
export type Turn = 'done' | 'lost' | 'late' | 'crash';

/** Has the methods of a port wait for the work's turn. */
export type InTurn = <Port extends object>(port: Port, methods: readonly (keyof Port)[]) => Port;

type Options = {
  /** Picks one of the steps that wait, and says what becomes of it. */
  readonly next: (waiting: number) => { readonly step: number; readonly turn: Turn };
  /** What a work hears whose answer is lost. */
  readonly lost: () => Error;
  readonly afterEach: () => Promise<void>;
};

/**
 * Runs works side by side, one step at a time: a step is a call of a port. So the same choices always lead to the same history.
 * Returns what each work came to; undefined where it crashed.
 */
export const takeTurns = async <Result>(
  works: readonly ((inTurn: InTurn) => Promise<Result>)[],
  { next, lost, afterEach }: Options,
): Promise<readonly (Result | undefined)[]> => {
  const results: (Result | undefined)[] = works.map(() => undefined);
  const waiting: ((turn: Turn) => void)[] = [];
  let settled = Promise.withResolvers<unknown>();

  const inTurn: InTurn = (port, methods) => {
    const call = (name: keyof typeof port) => {
      const method = port[name] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]): Promise<unknown> => {
        const { promise, resolve } = Promise.withResolvers<Turn>();
        waiting.push(resolve);
        settled.resolve(undefined);
        const turn = await promise;
        if (turn === 'late') waiting.push((later) => void effect(later, () => method(...args)));
        else if (turn === 'done') return method(...args);
        else await method(...args);
        throw lost();
      };
    };
    return { ...port, ...Object.fromEntries(methods.map((name) => [name, call(name)])) };
  };
  const effect = async (turn: Turn, method: () => Promise<unknown>) => {
    if (turn === 'done') await method();
    settled.resolve(undefined);
  };

  for (const [index, work] of works.entries()) {
    settled = Promise.withResolvers();
    work(inTurn).then((result) => {
      results[index] = result;
      settled.resolve(undefined);
    }, settled.reject);
    await settled.promise;
  }
  while (waiting.length > 0) {
    const { step, turn } = next(waiting.length);
    const [take] = waiting.splice(step, 1);
    if (turn === 'crash' || !take) continue;
    settled = Promise.withResolvers();
    take(turn);
    await settled.promise;
    await afterEach();
  }
  return results;
};
