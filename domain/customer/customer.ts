import { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { accept, reject } from '../../eventSourcing/decider.ts';
import { customerEvents, type CustomerEvent } from './events.ts';

export type CustomerCommand = {
  readonly type: 'CreateCustomer';
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
};
export type CustomerRejection = { readonly code: 'CustomerAlreadyExists' };

const customerState = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('unknown') }),
  // Commits carry the state and never change, so that it names no person: the event of this version has the address.
  z.strictObject({ status: z.literal('known'), emailVersion: z.int().min(1) }),
]);
export type Customer = z.infer<typeof customerState>;

export const customer: Aggregate<CustomerCommand, CustomerEvent, Customer, CustomerRejection> = {
  name: 'customer',
  label: 'a customer',
  events: customerEvents,
  state: customerState,
  stateVersion: 1,
  initial: { status: 'unknown' },

  decide({ firstName, lastName, email }, state) {
    if (state.status !== 'unknown') return reject({ code: 'CustomerAlreadyExists' });
    return accept({ type: 'CustomerCreated', data: { person: { firstName, lastName, email } } });
  },

  evolve(_state, _created, version) {
    return { status: 'known', emailVersion: version };
  },
};
