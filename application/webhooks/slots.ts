/** A bounded number of places for each name. */
export type Slots = {
  /** Waits for a place. The caller gives it back. */
  take(name: string): Promise<void>;
  giveBack(name: string): void;
  hasFree(name: string): boolean;
};

export const createSlots = (places: number): Slots => {
  const taken = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  return {
    hasFree: (name) => (taken.get(name) ?? 0) < places,
    take(name) {
      const count = taken.get(name) ?? 0;
      if (count < places) {
        taken.set(name, count + 1);
        return Promise.resolve();
      }
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const queue = waiting.get(name);
      if (queue) queue.push(() => resolve(undefined));
      else waiting.set(name, [() => resolve(undefined)]);
      return promise;
    },
    giveBack(name) {
      const next = waiting.get(name)?.shift();
      if (next) {
        next();
        return;
      }
      const left = (taken.get(name) ?? 1) - 1;
      if (left > 0) taken.set(name, left);
      else {
        taken.delete(name);
        waiting.delete(name);
      }
    },
  };
};
