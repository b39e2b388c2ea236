import { openDatabase } from '../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../adapters/cosmos/eventStore.ts';
import { loadCurrent, unbegun } from '../application/commands/currentState.ts';
import { decideGroup } from '../application/commands/decideGroup.ts';
import { maximumGroup } from '../application/eventStore.ts';
import { account } from '../domain/account/account.ts';
import { currency } from '../domain/currency.ts';
import topology from '../infra/topology.json' with { type: 'json' };

/** Deposits into an account, bypassing the API, until it has this many events, at instants of their own (ms). */
export const lengthen = async (
  connectionString: string,
  accountId: string,
  events: number,
  at: (version: number) => number = () => Date.now(),
): Promise<void> => {
  const database = openDatabase({ connectionString }, topology.cosmos);
  const store = cosmosEventStore(database.container('events'));
  const command = { type: 'DepositMoney' as const, amount: { minor: 1, currency: currency.parse('EUR') } };
  try {
    let current = await loadCurrent(account, store, accountId);
    while (current !== 'fenced' && current.version < events) {
      const count = Math.min(maximumGroup, events - current.version);
      const items = Array.from({ length: count }, () => ({ request: requestOf(command) }));
      const { accepted, after } = decideGroup(account, accountId, current, items, at(current.version));
      const commits = accepted.map(({ commit }) => commit);
      const result = await store.append(commits, { state: after.state, stateVersion: account.stateVersion });
      if (result.outcome !== 'appended') throw new Error(result.outcome);
      current = after;
    }
  } finally {
    database.close();
  }
};

/** Opens accounts of new customers, bypassing the API. */
export const openAccounts = async (
  connectionString: string,
  count: number,
  openedAt = Date.now(),
): Promise<string[]> => {
  const database = openDatabase({ connectionString }, topology.cosmos);
  const store = cosmosEventStore(database.container('events'));
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  try {
    for (const accountId of ids) {
      const command = {
        type: 'OpenAccount' as const,
        customerId: crypto.randomUUID(),
        currency: currency.parse('EUR'),
      };
      const items = [{ request: requestOf(command) }];
      const { accepted, after } = decideGroup(account, accountId, unbegun(account), items, openedAt);
      const commits = accepted.map(({ commit }) => commit);
      await store.append(commits, { state: after.state, stateVersion: account.stateVersion });
    }
  } finally {
    database.close();
  }
  return ids;
};

/** A request as the API makes it. */
export const requestOf = <Command>(command: Command) => ({
  command,
  commandId: `u:${crypto.randomUUID()}`,
  keyed: false,
  fingerprint: '',
  actor: 'bench',
  correlationId: '',
  traceparent: '',
});
