import { z } from 'zod';
import { amount, position, toAmount, version } from '../../projections/fields.ts';
import { transferStatus } from '../../projections/book/entry.ts';
import type { Done } from '../http/commandEndpoint.ts';
import { balancesIn, lastEventOf } from './moved.ts';

const sentBody = z
  .object({
    transferId: position,
    version,
    position,
    balance: amount,
    available: amount,
    sent: amount,
    received: amount,
    rate: z.string().optional(),
    status: transferStatus.meta({ description: 'At the moment of the answer' }),
    endVersion: version.optional().meta({ description: 'The version with which the transfer ended, if it has' }),
  })
  .meta({ id: 'TransferSent', description: 'The transfer, and the balance after it' });

/** The answer to a transfer. The endpoint adds how far it has come. */
export const transferSent: Done = {
  body: sentBody,
  headers: { Location: 'The path of the transfer' },
  of(commit) {
    const { id, version: reached, data } = lastEventOf(commit, ['TransferSent']);
    const { amount: sent, received, rate } = data;
    return {
      body: {
        ...{ transferId: id, version: reached, position: id },
        ...balancesIn(data),
        ...{ sent: toAmount(sent), received: toAmount(received), ...(rate && { rate: rate.rate }) },
        status: 'inTransit',
      },
      headers: { location: `/api/transfers/${id}` },
    };
  },
};
