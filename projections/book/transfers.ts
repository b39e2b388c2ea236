import { z } from 'zod';
import { allEntriesRoute, type Order } from '../../eventSourcing/viewRoute.ts';
import { declineReason } from '../../domain/account/events.ts';
import { aggregateId, amount, position, toAmount, uuid } from '../fields.ts';
import { transferStatus, type TransferEntry } from './entry.ts';

/** A transfer as the API shows it. */
export const transferAnswer = z
  .object({
    id: position,
    from: aggregateId,
    to: aggregateId,
    sent: amount,
    received: amount,
    rate: z
      .string()
      .optional()
      .meta({ examples: ['1.0842'] }),
    reference: z.string().nullable(),
    status: transferStatus,
    reason: declineReason.optional().meta({ description: 'Why the money came back' }),
    sentAt: z.iso.datetime(),
    settledAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'Transfer' });

export const presentTransfer = ({ sender, receiver, ...entry }: TransferEntry): z.infer<typeof transferAnswer> => ({
  ...entry,
  from: sender,
  to: receiver,
  sent: toAmount(entry.sent),
  received: toAmount(entry.received),
});

export const newestTransfersFirst: readonly Order[] = [
  ['entry.sentAt', 'descending'],
  ['entry.id', 'descending'],
];

/** The transfers of all accounts, newest first. */
export const transfersRoute = allEntriesRoute({
  answers: 'allEntries',
  id: 'listTransfers',
  route: 'transfers',
  summary: 'Transfers, newest first',
  query: z.strictObject({
    status: transferStatus.describe('Only transfers of this status').optional(),
    account: uuid.describe('Only transfers from or to this account').optional(),
  }),
  item: transferAnswer,
  find: ({ status, account }) => ({
    where: [
      ['entry.status', '=', status],
      {
        anyOf: [
          ['entry.sender', '=', account],
          ['entry.receiver', '=', account],
        ],
      },
    ],
    orderBy: newestTransfersFirst,
  }),
  present: (entry: TransferEntry) => presentTransfer(entry),
});
