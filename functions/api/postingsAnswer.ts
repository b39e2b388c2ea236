import { z } from 'zod';
import { ledgerAccounts, postingsOf } from '../../domain/postings.ts';
import type { BankEvent } from '../../domain/registry.ts';
import { decodeEvent, UnreadableEvent, type EncodedEvent, type EventDefinition } from '../../eventSourcing/event.ts';
import { amount, toAmount } from '../../projections/fields.ts';
import type { Further } from './auditTrail.ts';

const posting = z
  .object({
    account: z.enum(ledgerAccounts),
    debit: amount.optional(),
    credit: amount.optional(),
  })
  .meta({ id: 'Posting', description: 'One side of a movement in the books of the bank: a debit or a credit' });

/** The postings of each event of a kind; left out where this program cannot read the event, and so cannot know them. */
export const postingsAnswer = (definitions: readonly EventDefinition[]): Further => ({
  shape: {
    postings: z.array(posting).optional().meta({
      description:
        'They balance in each currency; none where no money moves. Absent where the app cannot read the event, such as one that a newer version has written',
    }),
  },
  of(stored) {
    const event = readable(definitions, stored);
    if (!event) return {};
    const postings = postingsOf(event).map(({ account, side, amount: moved }) => ({
      account,
      [side]: toAmount(moved),
    }));
    return { postings };
  },
});

const readable = (definitions: readonly EventDefinition[], stored: EncodedEvent): BankEvent | undefined => {
  try {
    return decodeEvent(definitions, stored) as BankEvent;
  } catch (error) {
    if (error instanceof UnreadableEvent) return undefined;
    throw error;
  }
};
