import { endCommandId } from '../../application/commands/settleTransfer.ts';
import type { EventStore } from '../../application/eventStore.ts';
import { commitOfEvent } from '../../application/commands/commitOfEvent.ts';
import type { AccountEventOf } from '../../domain/account/events.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { TransferEntry } from '../../projections/book/entry.ts';

type Reads = Pick<EventStore, 'commitAt' | 'readPast' | 'findCommit'>;

/** How a transfer ended. */
export type TransferEnd = Pick<TransferEntry, 'status' | 'reason' | 'settledAt'> & { readonly endVersion: number };

/** The end of a transfer, by one query; undefined while it is on its way. */
export const endOfTransfer = async (
  eventStore: Pick<Reads, 'findCommit'>,
  from: string,
  transferId: string,
): Promise<TransferEnd | undefined> => {
  const commit = await eventStore.findCommit(from, endCommandId(transferId));
  for (const event of commit ? bankEventsOf(commit) : []) {
    const { version: endVersion, occurredAt: settledAt } = event;
    if (event.type === 'TransferCompleted') return { status: 'completed', settledAt, endVersion };
    if (event.type === 'TransferReturned') {
      return { status: 'returned', reason: event.data.reason, settledAt, endVersion };
    }
  }
  return undefined;
};

/** A transfer as it was sent, from the event store, which is never behind; undefined where there is none. */
export const sentTransfer = async (
  eventStore: Pick<Reads, 'commitAt' | 'readPast'>,
  { aggregateId: from, version }: { readonly aggregateId: string; readonly version: number },
): Promise<TransferEntry | undefined> => {
  const commit = await commitOfEvent(eventStore, from, version);
  const sent = commit && bankEventsOf(commit).find((event) => event.version === version);
  return sent?.type === 'TransferSent' ? entryOf(sent) : undefined;
};

const entryOf = ({
  id,
  aggregateId,
  occurredAt,
  data,
}: RecordedEvent<AccountEventOf<'TransferSent'>>): TransferEntry => {
  const { to, amount: sent, received, rate, reference = null } = data;
  const exchanged = rate && { rate: rate.rate };
  return {
    id,
    sender: aggregateId,
    receiver: to,
    sent,
    received,
    ...exchanged,
    reference,
    status: 'inTransit',
    sentAt: occurredAt,
  };
};
