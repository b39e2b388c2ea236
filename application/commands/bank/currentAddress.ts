import { customer } from '../../../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../../../domain/emailAddress.ts';
import { bankEventsOf } from '../../../domain/registry.ts';
import { readCommitPage, type EventStore, type Fenced } from '../../eventStore.ts';
import { loadCurrent } from '../currentState.ts';

export type CurrentAddress = {
  readonly version: number;
  readonly claimEpoch: number;
  /** Normalised. */
  readonly address: string;
};

/** The e-mail address of a customer, which the state does not know; undefined while there is no such customer. */
export const currentAddress = async (
  eventStore: EventStore,
  customerId: string,
): Promise<CurrentAddress | Fenced | undefined> => {
  const current = await loadCurrent(customer, eventStore, customerId);
  if (current === 'fenced') return 'fenced';
  if (current.state.status !== 'known') return undefined;
  const { emailVersion, claimEpoch } = current.state;
  const commits = await readCommitPage(eventStore, customerId, emailVersion - 1, 1);
  const event = commits.flatMap(bankEventsOf).find(({ version }) => version === emailVersion);
  if (event?.type !== 'CustomerCreated' && event?.type !== 'CustomerEmailChanged')
    throw new Error(`Event ${emailVersion} of ${customerId} sets no e-mail address`);
  return { version: current.version, claimEpoch, address: normalizeEmailAddress(event.data.person.email) };
};
