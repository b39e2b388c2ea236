import { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { accept, reject } from '../../eventSourcing/decider.ts';
import { customerEvents, type CustomerEvent } from './events.ts';

type Name = { readonly firstName: string; readonly lastName: string };

export type CustomerCommand =
  ({ readonly type: 'CreateCustomer'; readonly email: string } & Name) | ({ readonly type: 'RenameCustomer' } & Name);
export type CustomerRejection = { readonly code: 'CustomerAlreadyExists' } | { readonly code: 'CustomerUnknown' };

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

  decide(command, state) {
    if (command.type === 'CreateCustomer') {
      if (state.status !== 'unknown') return reject({ code: 'CustomerAlreadyExists' });
      const { firstName, lastName, email } = command;
      return accept({ type: 'CustomerCreated', data: { person: { firstName, lastName, email } } });
    }
    if (state.status !== 'known') return reject({ code: 'CustomerUnknown' });
    const { firstName, lastName } = command;
    // The state does not know the name, so that the same name again is an event, too.
    return accept({ type: 'CustomerRenamed', data: { person: { firstName, lastName } } });
  },

  evolve(state, event, version) {
    switch (event.type) {
      case 'CustomerCreated':
        return { status: 'known', emailVersion: version };
      case 'CustomerRenamed':
        return state;
    }
  },
};
