import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import type { Bill, Cost, Meter } from '../../application/meter.ts';
import { under } from './spans.ts';

const bills = new AsyncLocalStorage<Bill>();

export const charge = ({ trips, units }: Readonly<Cost>, bill: Cost | undefined = bills.getStore()): void => {
  if (!bill) return;
  bill.trips += trips;
  bill.units += units;
};

/** The bill of the work that is under way. */
export const currentBill = (): Bill | undefined => bills.getStore();

/** Follows work through its promises. */
export const meter: Meter = {
  measure(work, traceparent) {
    const bill = { trips: 0, units: 0, waited: false };
    const begin = () => bills.run(bill, () => work(bill));
    return traceparent === undefined ? begin() : context.with(under(traceparent), begin);
  },
  bill() {
    const bill = bills.getStore();
    return (cost) => charge(cost, bill);
  },
  async wait(ms, signal) {
    const bill = bills.getStore();
    if (bill) bill.waited = true;
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
