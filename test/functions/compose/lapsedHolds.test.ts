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
import { composeLapsedHolds } from '../../../functions/compose/lapsedHolds.ts';
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
const lapsed = composeLapsedHolds(
  { clock, log: () => undefined } as unknown as Shared,
  { generations: liveAsCoded(), searches },
  bank,
);

const newAccount = async (minor: number): Promise<string> => {
  const [customerId, id] = [randomUUID(), randomUUID()];
  await eventStore.append([commitOf('customer', customerId, 0, [created])], { state: {}, stateVersion: 99 });
  await execute(id, { type: 'OpenAccount', customerId, currency: EUR });
  await execute(id, { type: 'DepositMoney', amount: eur(minor) });
  return id;
};

const minuteMs = 60_000;

it('holds that expired a minute ago without an event become events by the next run, whatever became of their messages; none cost a query', async () => {
  const [one, other] = [await newAccount(10), await newAccount(10)];
  const hold = (id: string, minutes: number) =>
    execute(id, { type: 'PlaceHold', amount: eur(2), expiresAt: new Date(now + minutes * minuteMs).toISOString() });
  for (const minutes of [1, 2, 60]) await hold(one, minutes);
  await hold(other, 1);
  const bringUp = async () => {
    for (const id of [one, other]) {
      await projector.catchUp(firstBuild(transactions), id, id, await eventStore.newestVersion(id));
    }
  };
  await bringUp();
  const versions = async () => Promise.all([one, other].map((id) => eventStore.newestVersion(id)));
  expect(await versions()).toEqual([5, 3]);

  // The message that comes back when a hold expires has its minute.
  now += 2 * minuteMs;
  await lapsed.expireLapsed();
  expect(await versions()).toEqual([5, 3]);

  now += minuteMs + 1;
  await lapsed.expireLapsed();
  expect(await versions()).toEqual([7, 4]);
  expect(await eventStore.loadNewest(one)).toMatchObject({ state: { holds: [[5, 2, expect.any(Number)]] } });
  expect(await eventStore.commitAt(other, 4)).toMatchObject({
    actor: 'reconciler',
    causationId: `${other}:3`,
    events: [{ type: 'HoldExpired' }],
  });

  // Before the view has them, too.
  await lapsed.expireLapsed();
  expect(await versions()).toEqual([7, 4]);

  await bringUp();
  const cost = await meter.measure(async (measured) => {
    await lapsed.expireLapsed();
    return { ...measured };
  });
  // The plan of the query, and the query.
  expect(cost.trips).toBeLessThanOrEqual(2);
  expect(cost.units).toBeLessThan(10);
});
