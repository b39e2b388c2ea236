/**
 * Shares reads: all who ask while one is under way get the result of the next, which begins after they asked. So what anybody gets is
 * never older than the question.
 */
export const sharedRead = <Result>(read: () => Promise<Result>): (() => Promise<Result>) => {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | undefined;
  const begin = async (): Promise<Result> => {
    // Whoever asked for that one learns of its failure.
    await underWay.catch(() => undefined);
    next = undefined;
    const reading = read();
    underWay = reading;
    return reading;
  };
  return () => (next ??= begin());
};
