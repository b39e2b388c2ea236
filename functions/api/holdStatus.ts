import { present } from '../../application/clock.ts';
import { account } from '../../domain/account/account.ts';
import { holdEntry } from '../../projections/book/entry.ts';
import { holdStatusAt, type holdStatus } from '../../projections/book/holds.ts';
import { transactions } from '../../projections/transactions.ts';
import { versionOn } from '../http/schemas.ts';
import type { Services } from '../services.ts';
import type { z } from 'zod';

type Asked = { readonly id: string; readonly holdId: { readonly aggregateId: string; readonly version: number } };

/** Tells who acts on a hold that has ended how it ended. The book tells, brought up to the account's newest event. */
export const explainEndedHold = async (
  { eventStore, freshRows, searches, clock }: Services,
  { id, holdId }: Asked,
  { code }: { readonly code: string },
): Promise<{ readonly holdStatus: z.infer<typeof holdStatus> } | undefined> => {
  if (code !== 'HoldEnded') return undefined;
  const version = await eventStore.newestVersion(id);
  const row = await freshRows.read(transactions, account.name, id, [{ aggregateId: id, version }]);
  if (!('source' in row)) return undefined;
  const { items } = await searches.entries(row.generation, id, {
    where: [['entry.hold', '=', versionOn(id, holdId)]],
    orderBy: [['entry.hold', 'descending']],
    after: undefined,
    limit: 1,
  });
  const entry = holdEntry.safeParse(items[0]).data;
  if (!entry) return undefined;
  const status = holdStatusAt(entry, present(clock));
  // The clock of the instance that refused was ahead of this one.
  return { holdStatus: status === 'open' ? 'expired' : status };
};
