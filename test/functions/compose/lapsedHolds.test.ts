import { expect, it } from 'vitest';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { composeLapsedHolds } from '../../../functions/compose/lapsedHolds.ts';
import { eur } from '../../support/bank.ts';
import { bankWithBook } from '../../support/bankWithBook.ts';

const { time, eventStore, bank, execute, shared, queries, newAccount, bringUp } = await bankWithBook();
const lapsed = composeLapsedHolds(shared, queries, bank);

const minuteMs = 60_000;

it('holds that expired a minute ago without an event become events by the next run, whatever became of their messages; none cost a query', async () => {
  const [one, other] = [await newAccount(10), await newAccount(10)];
  const hold = (id: string, minutes: number) =>
    execute(id, {
      type: 'PlaceHold',
      amount: eur(2),
      expiresAt: new Date(time.nowMs + minutes * minuteMs).toISOString(),
    });
  for (const minutes of [1, 2, 60]) await hold(one, minutes);
  await hold(other, 1);
  const bringUpBoth = async () => {
    for (const id of [one, other]) {
      await bringUp(id, await eventStore.newestVersion(id));
    }
  };
  await bringUpBoth();
  const versions = async () => Promise.all([one, other].map((id) => eventStore.newestVersion(id)));
  expect(await versions()).toEqual([5, 3]);

  // The message that comes back when a hold expires has its minute.
  time.nowMs += 2 * minuteMs;
  await lapsed.expireLapsed();
  expect(await versions()).toEqual([5, 3]);

  time.nowMs += minuteMs + 1;
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

  await bringUpBoth();
  const cost = await meter.measure(async (measured) => {
    await lapsed.expireLapsed();
    return { ...measured };
  });
  // The plan of the query, and the query.
  expect(cost.trips).toBeLessThanOrEqual(2);
  expect(cost.units).toBeLessThan(10);
});
