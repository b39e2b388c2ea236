import { randomUUID } from 'node:crypto';
import { cosmosEmailClaims } from '../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { cosmosSearches } from '../../adapters/cosmos/views/searches.ts';
import { meter } from '../../adapters/telemetry/meter.ts';
import { createBank } from '../../application/commands/bank/bank.ts';
import { createProjector } from '../../application/views/projector.ts';
import { account } from '../../domain/account/account.ts';
import type { AccountCommand } from '../../domain/account/commands.ts';
import { ownerOf } from '../../domain/ownership.ts';
import type { Shared } from '../../functions/compose/shared.ts';
import { transactions } from '../../projections/transactions.ts';
import { commitOf, created, eur, EUR } from './bank.ts';
import { requestFor } from './commandRequest.ts';
import { cosmosForTests } from './cosmos.ts';
import { firstBuild, liveAsCoded } from './generations.ts';
import { historyOf } from './history.ts';

/** A bank, and its view `transactions`, which has what the test brings it up to. The test moves the clock. */
export const bankWithBook = async () => {
  const database = await cosmosForTests();
  const containerOf = (name: string) => database.container(name);
  const eventStore = cosmosEventStore(containerOf('events'));
  const history = historyOf(eventStore);
  const time = { nowMs: Date.now() };
  const clock = { now: () => time.nowMs };
  const pause = () => Promise.resolve();
  const claims = cosmosEmailClaims(containerOf('customer-emails'));
  const bank = createBank({
    ...{ eventStore, history, claims, ownerOf, clock, meter, pause },
    onCommitted: () => undefined,
  });
  const projector = createProjector(cosmosRows(containerOf), history, pause);
  const execute = (id: string, command: AccountCommand) => bank.execute(account, id, requestFor(command));
  return {
    time,
    eventStore,
    bank,
    execute,
    shared: { clock, log: () => undefined } as unknown as Shared,
    queries: { generations: liveAsCoded(), searches: cosmosSearches(containerOf) },
    newAccount: async (minor: number): Promise<string> => {
      const [customerId, id] = [randomUUID(), randomUUID()];
      await eventStore.append([commitOf('customer', customerId, 0, [created])], { state: {}, stateVersion: 99 });
      await execute(id, { type: 'OpenAccount', customerId, currency: EUR });
      await execute(id, { type: 'DepositMoney', amount: eur(minor) });
      return id;
    },
    bringUp: (id: string, version: number) => projector.catchUp(firstBuild(transactions), id, id, version),
  };
};
