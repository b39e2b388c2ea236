import { AsyncLocalStorage } from 'node:async_hooks';
import { context } from '@opentelemetry/api';
import type { Cost, Meter } from '../../application/meter.ts';
import { under } from './spans.ts';

const bills = new AsyncLocalStorage<Cost>();

export const charge = ({ trips, units }: Readonly<Cost>, bill = bills.getStore()): void => {
  if (!bill) return;
  bill.trips += trips;
  bill.units += units;
};

/** The bill of the work that is under way. */
export const currentBill = (): Cost | undefined => bills.getStore();

/** Follows work through its promises. */
export const meter: Meter = {
  measure(work, traceparent) {
    const cost = { trips: 0, units: 0 };
    const begin = () => bills.run(cost, () => work(cost));
    return traceparent === undefined ? begin() : context.with(under(traceparent), begin);
  },
  bill() {
    const bill = bills.getStore();
    return (cost) => charge(cost, bill);
  },
};
