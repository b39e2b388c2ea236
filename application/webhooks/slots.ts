export type GiveBack = () => void;

/** A bounded number of places for each name. */
export type Slots = {
  /** Waits for a place. The caller gives it back by what this resolves with; to do so again has no effect. */
  take(name: string): Promise<GiveBack>;
  hasFree(name: string): boolean;
  /** How many wait for a place. */
  waiting(name: string): number;
};

export const createSlots = (places: number): Slots => {
  const taken = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  const giveBack = (name: string): void => {
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
  };
  const placeOf = (name: string): GiveBack => {
    let isTaken = true;
    return () => {
      if (isTaken) giveBack(name);
      isTaken = false;
    };
  };
  return {
    hasFree: (name) => (taken.get(name) ?? 0) < places,
    waiting: (name) => waiting.get(name)?.length ?? 0,
    take(name) {
      const count = taken.get(name) ?? 0;
      if (count < places) {
        taken.set(name, count + 1);
        return Promise.resolve(placeOf(name));
      }
      const { promise, resolve } = Promise.withResolvers<GiveBack>();
      const begin = () => resolve(placeOf(name));
      const queue = waiting.get(name);
      if (queue) queue.push(begin);
      else waiting.set(name, [begin]);
      return promise;
    },
  };
};
