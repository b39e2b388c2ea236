import { instantOf } from '../../application/clock.ts';
import { forEachOf } from '../../application/forEachOf.ts';
import { account } from '../../domain/account/account.ts';
import { eventIdParts } from '../../eventSourcing/commit.ts';
import { holdEntry } from '../../projections/book/entry.ts';
import { transactions } from '../../projections/transactions.ts';
import type { ContextServices } from '../services.ts';
import type { composeQueries } from './queries.ts';
import { reconcilerCommand } from './reconcilerCommand.ts';
import type { Shared } from './shared.ts';

/** Within it, the message that comes back when a hold expires has made an event of it. */
const lapsedAfterMs = 60_000;
const lapsedAtOnce = 50;
const expiredAtOnce = 8;

/**
 * Holds whose time is over and that no event has ended, since the message that should bring it was lost, such as one signed with a
 * secret that is gone: finds them in the view, and makes events of them. Where there are none, a run costs one query.
 */
export const composeLapsedHolds = (
  { clock, log }: Shared,
  { generations, searches }: Pick<ReturnType<typeof composeQueries>, 'generations' | 'searches'>,
  { execute }: Pick<ContextServices, 'execute'>,
) => {
  /** From when on the next run looks: holds of which nobody can make events hold up no others. */
  let from: string | undefined;

  const expire = async (holdId: string): Promise<void> => {
    const request = reconcilerCommand({ type: 'ExpireHolds' } as const, holdId);
    const outcome = await execute(account, eventIdParts(holdId).aggregateId, request).catch(
      (error: unknown) => ({ outcome: String(error) }) as const,
    );
    if (outcome.outcome === 'done') log('info', 'Made an event of a hold that had expired', { hold: holdId });
    else if (outcome.outcome !== 'unchanged') {
      log('warn', `A hold that has expired has no event: ${outcome.outcome}`, { hold: holdId });
    }
  };

  return {
    async expireLapsed(): Promise<void> {
      const found = await searches.allEntries(await generations.answering(transactions), {
        where: [
          ['entry.ending', '=', 'lapse'],
          ['entry.expiresAt', '>=', from],
          ['entry.expiresAt', '<', instantOf(clock.now() - lapsedAfterMs)],
        ],
        orderBy: [['entry.expiresAt', 'ascending']],
        after: undefined,
        limit: lapsedAtOnce,
      });
      const holds = found.items.flatMap((item) => holdEntry.safeParse(item).data ?? []);
      from = found.next && holds.at(-1)?.expiresAt;
      // One command makes events of all that have expired of an account.
      const ofAccounts = new Map(holds.map(({ id }) => [eventIdParts(id).aggregateId, id]));
      await forEachOf([...ofAccounts.values()], expiredAtOnce, expire);
    },
  };
};
