import { endCommandId } from '../../application/commands/bank/settleTransfer.ts';
import type { EventStore } from '../../application/eventStore.ts';
import { recordedEvent } from '../../application/commands/bank/recordedEvent.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { transferOf } from '../../projections/book/entries.ts';
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
  const event = (await recordedEvent(eventStore, from, version))?.event;
  return event?.type === 'TransferSent' ? transferOf(event) : undefined;
};
