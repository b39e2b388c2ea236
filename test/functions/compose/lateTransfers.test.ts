import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { cosmosSearches } from '../../../adapters/cosmos/views/searches.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { createBank } from '../../../application/commands/bank/bank.ts';
import { createProjector } from '../../../application/views/projector.ts';
import { account } from '../../../domain/account/account.ts';
import type { AccountCommand } from '../../../domain/account/commands.ts';
import { ownerOf } from '../../../domain/ownership.ts';
import { composeLateTransfers } from '../../../functions/compose/lateTransfers.ts';
import type { Shared } from '../../../functions/compose/shared.ts';
import { transactions } from '../../../projections/transactions.ts';
import { commitOf, created, eur, EUR } from '../../support/bank.ts';
import { requestFor } from '../../support/commandRequest.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { firstBuild, liveAsCoded } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const eventStore = cosmosEventStore(containerOf('events'));
const history = historyOf(eventStore);
let now = Date.now();
const clock = { now: () => now };
const pause = () => Promise.resolve();
const bank = createBank({
  ...{ eventStore, history, claims: cosmosEmailClaims(containerOf('customer-emails')), ownerOf, clock, meter, pause },
  onCommitted: () => undefined,
});
const execute = (id: string, command: AccountCommand) => bank.execute(account, id, requestFor(command));
const projector = createProjector(cosmosRows(containerOf), history, pause);
const searches = cosmosSearches(containerOf);
const late = composeLateTransfers(
  { clock, log: () => undefined } as unknown as Shared,
  { generations: liveAsCoded(), searches },
  bank,
  60,
);

const newAccount = async (minor: number): Promise<string> => {
  const [customerId, id] = [randomUUID(), randomUUID()];
  await eventStore.append([commitOf('customer', customerId, 0, [created])], { state: {}, stateVersion: 99 });
  await execute(id, { type: 'OpenAccount', customerId, currency: EUR });
  await execute(id, { type: 'DepositMoney', amount: eur(minor) });
  return id;
};

it('a transfer that nobody has settled for a minute is listed, and settled by the next run', async () => {
  const [from, to] = [await newAccount(10), await newAccount(10)];
  await execute(from, { type: 'SendTransfer', to, isSame: false, receiver: undefined, amount: eur(4) });
  const bringUp = (version: number) => projector.catchUp(firstBuild(transactions), from, from, version);
  await bringUp(3);
  expect(await late.list()).toEqual([]);
  now += 61_000;
  expect(await late.list()).toMatchObject([{ id: `${from}:3`, sender: from, receiver: to }]);
  await late.settleLate();
  expect(await eventStore.loadNewest(to)).toMatchObject({ state: { balance: 14 } });
  expect(await eventStore.loadNewest(from)).toMatchObject({ state: { balance: 6, transfers: [] } });
  await bringUp(4);
  expect(await late.list()).toEqual([]);
});
