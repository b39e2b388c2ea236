import { endCommandId } from '../../application/commands/bank/settleTransfer.ts';
import type { EventStore } from '../../application/eventStore.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { transferOf } from '../../projections/book/entries.ts';
import type { TransferEntry } from '../../projections/book/entry.ts';

/** How a transfer ended. */
export type TransferEnd = Pick<TransferEntry, 'status' | 'reason' | 'settledAt'> & { readonly endVersion: number };

/** The end of a transfer, by one query; undefined while it is on its way. */
export const endOfTransfer = async (
  eventStore: Pick<EventStore, 'findCommit'>,
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

/**
 * A transfer as it was sent, from the event store, which is never behind; undefined where there is none. By one query, whatever
 * there is: its time tells a stranger nothing.
 */
export const sentTransfer = async (
  eventStore: Pick<EventStore, 'commitWith'>,
  { aggregateId: from, version }: { readonly aggregateId: string; readonly version: number },
): Promise<TransferEntry | undefined> => {
  const commit = await eventStore.commitWith(from, version);
  const event = commit && bankEventsOf(commit).find((each) => each.version === version);
  return event?.type === 'TransferSent' ? transferOf(event) : undefined;
};
