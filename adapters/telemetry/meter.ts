import { AsyncLocalStorage } from 'node:async_hooks';
import type { Cost, Meter } from '../../application/meter.ts';

const accounts = new AsyncLocalStorage<Cost>();

export const charge = ({ trips, units }: Readonly<Cost>, account = accounts.getStore()): void => {
  if (!account) return;
  account.trips += trips;
  account.units += units;
};

/** Follows work through its promises. */
export const meter: Meter = {
  measure(work) {
    const cost = { trips: 0, units: 0 };
    return accounts.run(cost, () => work(cost));
  },
  account() {
    const account = accounts.getStore();
    return (cost) => charge(cost, account);
  },
};
