import { v5 } from 'uuid';
import { commandTo, type AggregateCommand } from '../../application/subscriptions/subscriber.ts';
import { account } from '../../domain/account/account.ts';
import type { AccountCommand } from '../../domain/account/commands.ts';
import { customer, type CustomerCommand } from '../../domain/customer/customer.ts';

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The version that the command of an earlier step led to, by the step's key. */
export type VersionOf = (key: string) => number;

/** One command of the demo. */
export type Step = {
  /** In ms from the start of the demo, a whole number. */
  readonly at: number;
  /** Its idempotency key, unique in the demo. */
  readonly key: string;
  readonly command: (versionOf: VersionOf, start: number) => AggregateCommand;
  /** Where the app would make the command by itself: the listener, and the key of the step of whose event it hears. */
  readonly reaction?: { readonly listener: 'transfers' | 'holds'; readonly to: string };
};

/** The namespace of the demo's ids: random, and never changed. */
const namespace = '5d0c3a43-5f0e-4c55-8a0b-7d1f3f0a9c27';

export const idOf = (key: string): string => v5(key, namespace);

/** `make` gets the versions of earlier steps, and the instant at which the demo starts, in ms. */
export const accountStep = (
  at: number,
  key: string,
  accountId: string,
  make: (versionOf: VersionOf, start: number) => AccountCommand,
  reaction?: Step['reaction'],
): Step => ({
  ...{ at: Math.round(at), key, ...(reaction && { reaction }) },
  command: (versionOf, start) => commandTo(account, accountId, make(versionOf, start)),
});

export const customerStep = (at: number, key: string, customerId: string, command: CustomerCommand): Step => ({
  ...{ at: Math.round(at), key },
  command: () => commandTo(customer, customerId, command),
});
