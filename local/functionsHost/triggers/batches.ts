/** Gathers items into batches, and hands over one batch at a time. */
export type Batches<Item> = {
  readonly add: (item: Item) => void;
  /** Hands over nothing more, and returns the items that were still waiting. */
  readonly stop: () => readonly Item[];
};

/**
 * The first item waits `pauseMs` for others, or until there are `minSize`. While a batch is being handled, the next one gathers, so
 * that big batches clear a backlog. `handle` must not reject.
 */
export const createBatches = <Item>(options: {
  minSize: number;
  maxSize: number;
  pauseMs: number;
  handle: (items: readonly Item[]) => Promise<void>;
}): Batches<Item> => {
  const { minSize, maxSize, pauseMs, handle } = options;
  let waiting: Item[] = [];
  let handling = false;
  let stopped = false;
  let pause: NodeJS.Timeout | undefined;

  const next = (): void => {
    clearTimeout(pause);
    pause = undefined;
    if (handling || stopped || waiting.length === 0) return;
    const batch = waiting.slice(0, maxSize);
    waiting = waiting.slice(maxSize);
    handling = true;
    void handle(batch).finally(() => {
      handling = false;
      gather();
    });
  };
  const gather = (): void => {
    if (handling || waiting.length === 0) return;
    if (waiting.length >= minSize) next();
    else pause ??= setTimeout(next, pauseMs);
  };

  return {
    add: (item) => {
      waiting.push(item);
      gather();
    },
    stop: () => {
      stopped = true;
      clearTimeout(pause);
      return waiting.splice(0);
    },
  };
};
