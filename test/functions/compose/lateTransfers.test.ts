import { expect, it } from 'vitest';
import { composeLateTransfers } from '../../../functions/compose/lateTransfers.ts';
import { eur } from '../../support/bank.ts';
import { bankWithBook } from '../../support/bankWithBook.ts';

const { time, eventStore, bank, execute, shared, queries, newAccount, bringUp } = await bankWithBook();
const late = composeLateTransfers(shared, queries, bank, 60);

it('a transfer that nobody has settled for a minute is listed, and settled by the next run', async () => {
  const [from, to] = [await newAccount(10), await newAccount(10)];
  await execute(from, { type: 'SendTransfer', to, isSame: false, receiver: undefined, amount: eur(4) });
  await bringUp(from, 3);
  expect(await late.list()).toEqual([]);
  time.nowMs += 61_000;
  expect(await late.list()).toMatchObject([{ id: `${from}:3`, sender: from, receiver: to }]);
  await late.settleLate();
  expect(await eventStore.loadNewest(to)).toMatchObject({ state: { balance: 14 } });
  expect(await eventStore.loadNewest(from)).toMatchObject({ state: { balance: 6, transfers: [] } });
  await bringUp(from, 4);
  expect(await late.list()).toEqual([]);
});
