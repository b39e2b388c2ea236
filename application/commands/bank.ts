import { account, type AccountCommand, type AccountRejection } from '../../domain/account/account.ts';
import type { Commit } from '../../domain/commit.ts';
import { customer, type CustomerCommand, type CustomerRejection } from '../../domain/customer/customer.ts';
import { boundedCache } from '../boundedCache.ts';
import { commandHandler } from './commandHandler.ts';
import { replay, type CommandRequest, type Outcome } from './commandRequest.ts';
import { loadCurrent } from './currentState.ts';
import { reserveEmail } from './emailReservation.ts';
import type { Meter } from '../meter.ts';
import type { Clock } from '../clock.ts';
import type { EmailClaims } from './ports.ts';
import type { EventStore } from '../eventStore.ts';

/** Names what is created; the same for a retry of a keyed request. A fenced id calls for that of the next attempt. */
export type IdOf = (attempt: number) => string;

type OpenAccount = Extract<AccountCommand, { type: 'OpenAccount' }>;
type MoveMoney = Exclude<AccountCommand, OpenAccount>;

/** The bank's commands. All throw ServiceUnavailable, and only that, when a service behind is away. */
export type Bank = {
  createCustomer(
    idOf: IdOf,
    request: CommandRequest<CustomerCommand>,
  ): Promise<Outcome<CustomerRejection | { readonly code: 'EmailTaken' }>>;
  openAccount(
    accountId: string,
    request: CommandRequest<OpenAccount>,
  ): Promise<Outcome<AccountRejection | { readonly code: 'UnknownCustomer' }>>;
  moveMoney(accountId: string, request: CommandRequest<MoveMoney>): Promise<Outcome<AccountRejection>>;
};

type Options = {
  readonly eventStore: EventStore;
  readonly claims: EmailClaims;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pause: (attempt: number) => Promise<void>;
  readonly onCommitted: (commits: readonly Commit[]) => void;
};

const maximumFencedIds = 5;

export const createBank = (options: Options): Bank => {
  const { eventStore } = options;
  const handleCustomer = commandHandler(customer, options);
  const handleAccount = commandHandler(account, options);
  /** Customers never vanish, so knowing one is knowing it for good. */
  const knownCustomers = boundedCache<true>(50_000);

  const customerExists = async (customerId: string): Promise<boolean> => {
    if (knownCustomers.get(customerId)) return true;
    const current = await loadCurrent(customer, eventStore, customerId);
    if (current === 'fenced' || current.state.status !== 'known') return false;
    knownCustomers.set(customerId, true);
    return true;
  };

  /** A refusal that is decided before the aggregate is asked, unless the command's key was used. */
  const refuse = async <Rejection>(aggregateId: string, request: CommandRequest<unknown>, rejection: Rejection) => {
    const commit = request.keyed ? await eventStore.findCommit(aggregateId, request.commandId) : undefined;
    return commit ? replay(commit, request) : ({ outcome: 'rejected', rejection } as const);
  };

  return {
    async createCustomer(idOf, request) {
      for (let attempt = 0; attempt < maximumFencedIds; attempt += 1) {
        const customerId = idOf(attempt);
        const reservation = await reserveEmail(options, request.command.email, customerId);
        if (reservation === 'pending') return { outcome: 'contention' };
        if (reservation === 'taken') {
          // By this very request's customer, it may be, under the id after the one that was fenced.
          if (request.keyed && (await loadCurrent(customer, eventStore, customerId)) === 'fenced') continue;
          return refuse(customerId, request, { code: 'EmailTaken' });
        }
        const outcome = await handleCustomer(customerId, request, 'new');
        if (outcome.outcome === 'done') knownCustomers.set(customerId, true);
        if (outcome.outcome !== 'fenced') return outcome;
      }
      return { outcome: 'contention' };
    },

    async openAccount(accountId, request) {
      const { onlyFor, command } = request;
      // Before anything is read: of others it is not even told whether they exist.
      if (onlyFor !== undefined && onlyFor !== command.customerId) {
        return { outcome: 'rejected', rejection: { code: 'UnknownCustomer' } };
      }
      if (!(await customerExists(command.customerId))) {
        return refuse(accountId, request, { code: 'UnknownCustomer' });
      }
      return handleAccount(accountId, request, 'new');
    },

    moveMoney: handleAccount,
  };
};
