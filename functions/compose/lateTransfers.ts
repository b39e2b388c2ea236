import { instantOf } from '../../application/clock.ts';
import type { PageKey } from '../../application/queries/ports.ts';
import { forEachOf } from '../../application/forEachOf.ts';
import { account } from '../../domain/account/account.ts';
import { transferEntry, type TransferEntry } from '../../projections/book/entry.ts';
import { transactions } from '../../projections/transactions.ts';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import type { ContextServices } from '../services.ts';
import type { composeQueries } from './queries.ts';
import { reconcilerCommand } from './reconcilerCommand.ts';
import type { Shared } from './shared.ts';

/** A run settles as many, the oldest first; the next run those after them. */
const lateAtOnce = 50;
const settledAtOnce = 8;

/** Transfers that hang: finds them in the view of all transfers, which the reconciler brings up before, and settles them. */
export const composeLateTransfers = (
  { clock, log }: Shared,
  { generations, searches }: Pick<ReturnType<typeof composeQueries>, 'generations' | 'searches'>,
  { execute }: Pick<ContextServices, 'execute'>,
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

  /** Returns the outcome, or the code of the rejection. */
  const tryToSettle = async ({ id, sender }: TransferEntry): Promise<string> => {
    const command = { type: 'SettleTransfer', transfer: eventIdParts(id).version } as const;
    const outcome = await execute(account, sender, reconcilerCommand(command, id));
    return outcome.outcome === 'rejected' ? outcome.rejection.code : outcome.outcome;
  };

  const settle = async (transfer: TransferEntry): Promise<void> => {
    const outcome = await tryToSettle(transfer).catch(String);
    const isSettled = outcome === 'done' || outcome === 'unchanged';
    const message = isSettled ? 'Settled a late transfer' : `A late transfer was not settled: ${outcome}`;
    log(isSettled ? 'info' : 'warn', message, { transfer: transfer.id });
  };

  return {
    list: async (): Promise<readonly TransferEntry[]> => (await page(undefined)).transfers,
    async settleLate(): Promise<void> {
      const found = await page(next);
      next = found.next;
      await forEachOf(found.transfers, settledAtOnce, settle);
    },
  };
};
