import { randomUUID } from 'node:crypto';
import type { Bank } from '../../application/commands/bank.ts';
import { instantOf } from '../../application/clock.ts';
import type { PageKey } from '../../application/queries/ports.ts';
import { forEachOf } from '../../application/forEachOf.ts';
import { account } from '../../domain/account/account.ts';
import { transferEntry, type TransferEntry } from '../../projections/book/entry.ts';
import { transactions } from '../../projections/transactions.ts';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import type { composeQueries } from './queries.ts';
import type { Shared } from './shared.ts';

/** A run settles as many, the oldest first; the next run those after them. */
const lateAtOnce = 50;
const settledAtOnce = 8;

/** Transfers that hang: finds them in the view of all transfers, which the reconciler brings up before, and settles them. */
export const composeLateTransfers = (
  { clock, log }: Shared,
  { generations, searches }: Pick<ReturnType<typeof composeQueries>, 'generations' | 'searches'>,
  bank: Bank,
  lateAfterSeconds: number,
) => {
  /** Where the next run begins: transfers that nobody can settle hold up no others. */
  let next: PageKey | undefined;

  const page = async (after: PageKey | undefined) => {
    const generation = await generations.answering(transactions);
    const found = await searches.allEntries(generation, {
      where: [
        ['entry.status', '=', 'inTransit'],
        ['entry.sentAt', '<', instantOf(clock.now() - lateAfterSeconds * 1_000)],
      ],
      orderBy: [
        ['entry.sentAt', 'ascending'],
        ['entry.id', 'ascending'],
      ],
      after,
      limit: lateAtOnce,
    });
    const transfers = found.items.flatMap((item) => transferEntry.safeParse(item).data ?? []);
    return { transfers, next: found.next };
  };

  const tryToSettle = async ({ id, sender }: TransferEntry): Promise<void> => {
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

  const settle = (transfer: TransferEntry): Promise<void> =>
    tryToSettle(transfer).catch((error: unknown) => {
      log('warn', `A late transfer was not settled: ${String(error)}`, { transfer: transfer.id });
    });

  return {
    list: async (): Promise<readonly TransferEntry[]> => (await page(undefined)).transfers,
    async settleLate(): Promise<void> {
      const found = await page(next);
      next = found.next;
      await forEachOf(found.transfers, settledAtOnce, settle);
    },
  };
};
