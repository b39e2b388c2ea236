import { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { accept, reject } from '../../eventSourcing/decider.ts';
import { customerEvents, type CustomerEvent } from './events.ts';
import { everyNotification, isSameChoice, notificationChoice, type NotificationChoice } from './notifications.ts';

type Name = { readonly firstName: string; readonly lastName: string };

export type CustomerCommand =
  | ({ readonly type: 'CreateCustomer'; readonly email: string } & Name)
  | ({ readonly type: 'RenameCustomer' } & Name)
  /** `claimEpoch`: the epoch in which the address was claimed; without a claim the command is refused. */
  | { readonly type: 'ChangeEmail'; readonly email: string; readonly claimEpoch?: number }
  /** Appends nothing where the customer has chosen the same. */
  | ({ readonly type: 'ChooseNotifications' } & NotificationChoice)
  /** Ends an epoch, so that somebody can take over a claim that was made in it; refused where it has ended. */
  | { readonly type: 'LapseEmailClaim'; readonly claimEpoch: number; readonly claimedAt: string };
export type CustomerRejection =
  | { readonly code: 'CustomerAlreadyExists' }
  | { readonly code: 'CustomerUnknown' }
  /** The epoch in which the address was claimed is over: the claim may be somebody else's. */
  | { readonly code: 'EmailClaimMoved' };

const customerState = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('unknown') }),
  z.strictObject({
    status: z.literal('known'),
    // Commits carry the state and never change, so that it names no person: the event of this version has the address.
    emailVersion: z.int().min(1),
    /** The version of the newest event that began an epoch: a claim of an earlier epoch does not let the address change. */
    claimEpoch: z.int().min(1),
    /** Undefined while the customer has made no choice. */
    notifications: notificationChoice.optional(),
  }),
]);
export type Customer = z.infer<typeof customerState>;

export const customer: Aggregate<CustomerCommand, CustomerEvent, Customer, CustomerRejection> = {
  name: 'customer',
  label: 'a customer',
  events: customerEvents,
  state: customerState,
  stateVersion: 3,
  initial: { status: 'unknown' },

  decide(command, state) {
    if (command.type === 'CreateCustomer') {
      if (state.status !== 'unknown') return reject({ code: 'CustomerAlreadyExists' });
      const { firstName, lastName, email } = command;
      return accept({ type: 'CustomerCreated', data: { person: { firstName, lastName, email } } });
    }
    if (state.status !== 'known') return reject({ code: 'CustomerUnknown' });
    switch (command.type) {
      case 'RenameCustomer': {
        const { firstName, lastName } = command;
        // The state does not know the name, so that the same name again is an event, too.
        return accept({ type: 'CustomerRenamed', data: { person: { firstName, lastName } } });
      }
      case 'ChangeEmail':
        if (command.claimEpoch !== state.claimEpoch) return reject({ code: 'EmailClaimMoved' });
        return accept({ type: 'CustomerEmailChanged', data: { person: { email: command.email } } });
      case 'ChooseNotifications': {
        const { types, above } = command;
        const choice = { types, ...(above && { above }) };
        return isSameChoice(choice, choiceOf(state)) ? accept() : accept({ type: 'NotificationsChosen', data: choice });
      }
      case 'LapseEmailClaim':
        if (command.claimEpoch !== state.claimEpoch) return reject({ code: 'EmailClaimMoved' });
        return accept({ type: 'EmailClaimLapsed', data: { claimedAt: command.claimedAt } });
    }
  },

  evolve(state, event, version) {
    switch (event.type) {
      case 'CustomerCreated':
      case 'CustomerEmailChanged':
        return { ...state, status: 'known', emailVersion: version, claimEpoch: version };
      case 'EmailClaimLapsed':
        return state.status === 'known' ? { ...state, claimEpoch: version } : state;
      case 'NotificationsChosen':
        return state.status === 'known' ? { ...state, notifications: event.data } : state;
      case 'CustomerRenamed':
        return state;
    }
  },
};

type Known = Extract<Customer, { readonly status: 'known' }>;

/** Of what a customer wants to be told. */
export const choiceOf = ({ notifications = everyNotification }: Known): NotificationChoice => notifications;
