import { randomUUID } from 'node:crypto';
import type { Bank } from '../../application/commands/bank.ts';
import { instantOf } from '../../application/clock.ts';
import { forEachOf } from '../../application/forEachOf.ts';
import { account } from '../../domain/account/account.ts';
import { transferEntry, type TransferEntry } from '../../projections/book/entry.ts';
import { transactions } from '../../projections/transactions.ts';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import type { composeQueries } from './queries.ts';
import type { Shared } from './shared.ts';

/** A run settles the oldest; the next run those that are the oldest then. */
const lateAtOnce = 50;
const settledAtOnce = 8;

/** Transfers that hang: finds them in the view of all transfers, which the reconciler brings up before, and settles them. */
export const composeLateTransfers = (
  { clock, log }: Shared,
  { generations, searches }: Pick<ReturnType<typeof composeQueries>, 'generations' | 'searches'>,
  bank: Bank,
  lateAfterSeconds: number,
) => {
  const list = async (): Promise<readonly TransferEntry[]> => {
    const generation = await generations.answering(transactions);
    const { items } = await searches.allEntries(generation, {
      where: [
        ['entry.status', '=', 'inTransit'],
        ['entry.sentAt', '<', instantOf(clock.now() - lateAfterSeconds * 1_000)],
      ],
      orderBy: [
        ['entry.sentAt', 'ascending'],
        ['entry.id', 'ascending'],
      ],
      after: undefined,
      limit: lateAtOnce,
    });
    return items.flatMap((item) => transferEntry.safeParse(item).data ?? []);
  };

  const settle = async ({ id, sender }: TransferEntry): Promise<void> => {
    const trace = randomUUID().replaceAll('-', '');
    const outcome = await bank.execute(account, sender, {
      command: { type: 'SettleTransfer', transfer: eventIdParts(id).version },
      commandId: `u:${randomUUID()}`,
      keyed: false,
      fingerprint: id,
      actor: 'reconciler',
      correlationId: trace,
      causationId: id,
      traceparent: `00-${trace}-${trace.slice(16)}-01`,
    });
    const { outcome: result } = outcome;
    const reason = result === 'rejected' ? outcome.rejection.code : result;
    log(result === 'done' ? 'info' : 'warn', `Settled a late transfer: ${reason}`, { transfer: id });
  };

  return {
    list,
    settleLate: async () => forEachOf(await list(), settledAtOnce, settle),
  };
};
