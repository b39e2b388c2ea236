import type { z } from 'zod';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import { account } from '../../domain/account/account.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { holdEntry } from '../../projections/book/entry.ts';
import type { holdStatus } from '../../projections/book/holds.ts';
import { transactions } from '../../projections/transactions.ts';
import { versionOn } from '../http/schemas.ts';
import type { Services } from '../services.ts';

type Asked = { readonly id: string; readonly holdId: { readonly aggregateId: string; readonly version: number } };
type Ended = Exclude<z.infer<typeof holdStatus>, 'open'>;

/** Tells who acts on a hold that has ended how it ended. */
export const explainEndedHold = async (
  services: Services,
  { id, holdId }: Asked,
  { code }: { readonly code: string },
): Promise<{ readonly holdStatus: Ended } | undefined> => {
  if (code !== 'HoldEnded') return undefined;
  const hold = versionOn(id, holdId);
  return { holdStatus: (await endingInBook(services, id, hold)) ?? (await endingInEvents(services, id, hold)) };
};

/** By the book, brought up to the account's newest event; undefined where the view cannot answer. */
const endingInBook = async (
  { eventStore, freshRows, searches }: Services,
  id: string,
  hold: number,
): Promise<Ended | undefined> => {
  try {
    const version = await eventStore.newestVersion(id);
    const row = await freshRows.read(transactions, account.name, id, [{ aggregateId: id, version }]);
    if (!('source' in row)) return undefined;
    const { items } = await searches.entries(row.generation, id, {
      where: [['entry.hold', '=', hold]],
      orderBy: [['entry.hold', 'descending']],
      after: undefined,
      limit: 1,
    });
    const ending = holdEntry.safeParse(items[0]).data?.ending;
    // A hold that no event has ended is refused as one that has ended once its time is over.
    return ending === 'lapse' ? 'expired' : ending;
  } catch (error) {
    if (error instanceof ServiceUnavailable) return undefined;
    throw error;
  }
};

const endings: Readonly<Record<string, Ended>> = {
  HoldCaptured: 'captured',
  HoldReleased: 'released',
  HoldExpired: 'expired',
};

/** By the events after the hold's own, however many there are. */
const endingInEvents = async (
  { eventStore }: Pick<Services, 'eventStore'>,
  id: string,
  hold: number,
): Promise<Ended> => {
  for await (const commits of eventStore.readCommits(id, hold)) {
    for (const { type, data } of commits.flatMap(bankEventsOf)) {
      const ended = endings[type];
      if (ended && 'hold' in data && data.hold === hold) return ended;
    }
  }
  return 'expired';
};
