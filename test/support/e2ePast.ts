import { randomUUID } from 'node:crypto';
import type { Database } from '@azure/cosmos';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { maximumGroup } from '../../application/eventStore.ts';
import { account } from '../../domain/account/account.ts';
import type { AccountEvent } from '../../domain/account/events.ts';
import type { Account } from '../../domain/account/state.ts';
import { commitOf } from './bank.ts';

/** A commit of an account's history: when, and its events. */
export type Past = readonly [occurredAt: string, ...events: readonly AccountEvent[]];

/**
 * Writes commits of an account into the event store, past the app: as an instance of it would have done that ended before it could send
 * the messages. Returns the account's id.
 */
export const appendPast = async (
  database: Pick<Database, 'container'>,
  commits: readonly Past[],
  { id = randomUUID(), version = 0, state = account.initial }: { id?: string; version?: number; state?: Account } = {},
): Promise<{ readonly id: string; readonly version: number; readonly state: Account }> => {
  const store = cosmosEventStore(database.container('events'));
  const reached = { version, state };
  for (let from = 0; from < commits.length; from += maximumGroup) {
    const group = commits.slice(from, from + maximumGroup).map(([occurredAt, ...events]) => {
      const before = reached.version;
      for (const event of events) {
        reached.version += 1;
        reached.state = account.evolve(reached.state, event, reached.version, occurredAt);
      }
      return commitOf('account', id, before, events, { occurredAt });
    });
    const appended = await store.append(group, { state: reached.state, stateVersion: account.stateVersion });
    if (appended.outcome !== 'appended') throw new Error(`The store answered ${appended.outcome}`);
  }
  return { id, ...reached };
};
