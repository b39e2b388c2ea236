import { AsyncLocalStorage } from 'node:async_hooks';
import { context } from '@opentelemetry/api';
import type { Cost, Meter } from '../../application/meter.ts';
import { under } from './spans.ts';

const accounts = new AsyncLocalStorage<Cost>();

export const charge = ({ trips, units }: Readonly<Cost>, account = accounts.getStore()): void => {
  if (!account) return;
  account.trips += trips;
  account.units += units;
};

/** What the work that is under way is charged to. */
export const currentAccount = (): Cost | undefined => accounts.getStore();

/** Follows work through its promises. */
export const meter: Meter = {
  measure(work, traceparent) {
    const cost = { trips: 0, units: 0 };
    const begin = () => accounts.run(cost, () => work(cost));
    return traceparent === undefined ? begin() : context.with(under(traceparent), begin);
  },
  account() {
    const account = accounts.getStore();
    return (cost) => charge(cost, account);
  },
};
