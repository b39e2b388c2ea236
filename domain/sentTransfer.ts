import type { Commit } from '../eventSourcing/commit.ts';
import { UnreadableEvent } from '../eventSourcing/event.ts';
import type { AccountEventOf } from './account/events.ts';
import { bankEventsOf } from './registry.ts';
import { isSameMoney } from './money.ts';

/** What a receipt says of the transfer that it answers. */
export type Receipt = Pick<AccountEventOf<'TransferReceived'>['data'], 'transferId' | 'sent' | 'sentBy' | 'amount'> & {
  /** The account that received the money. */
  readonly by: string;
};

/** Whether a sender's commit has the transfer that a receipt says: by that command, to that account, with the same amounts. */
export const hasSent = (commit: Commit, { transferId, sent, sentBy, amount, by }: Receipt): boolean => {
  if (commit.commandId !== sentBy) return false;
  try {
    const event = bankEventsOf(commit).find(({ id }) => id === transferId);
    return (
      event?.type === 'TransferSent' &&
      event.data.to === by &&
      isSameMoney(event.data.amount, sent) &&
      isSameMoney(event.data.received, amount)
    );
  } catch (error) {
    if (error instanceof UnreadableEvent) return false;
    throw error;
  }
};
