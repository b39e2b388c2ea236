/** A trigger that is running. */
export type Listener = {
  /** Takes no more work. What it has taken is still handled and settled. */
  readonly stop: () => Promise<void>;
  /** Resolves once all that it has taken is settled. */
  readonly idle: () => Promise<void>;
  /** Releases its connections and locks. Call it once nothing is running. */
  readonly close: () => Promise<void>;
};

/** One listener made of several. */
export const together = (listeners: readonly Listener[]): Listener => {
  const all = (each: (listener: Listener) => Promise<void>) => async (): Promise<void> => {
    await Promise.all(listeners.map(each));
  };
  return {
    stop: all((listener) => listener.stop()),
    idle: all((listener) => listener.idle()),
    close: all((listener) => listener.close()),
  };
};

/** A listener that starts once `ready` resolves, unless it is stopped before. */
export const listenAfter = (ready: Promise<void>, start: () => Promise<Listener>): Listener => {
  const stopped = Promise.withResolvers<undefined>();
  const started = Promise.race([ready.then(() => true), stopped.promise]).then((now) => (now ? start() : undefined));
  return {
    stop: async () => {
      stopped.resolve(undefined);
      await (await started)?.stop();
    },
    idle: async () => (await started)?.idle(),
    close: async () => (await started)?.close(),
  };
};
