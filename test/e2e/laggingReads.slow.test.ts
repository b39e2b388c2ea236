import { ConsistencyLevel } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer, times, type BankClient } from '../support/e2eBank.ts';
import { viewHas } from '../support/e2eEventually.ts';
import { readUntilStopped, showsFold } from '../support/e2eRebuild.ts';

/** Longer than a query waits for a version that it was asked for. */
const lagMs = 3_000;
const app = appOfThisFile({ flags: ['--cosmos-lag-ms', String(lagMs)] });
let other: { bank: BankClient; stop: () => Promise<void> };
beforeAll(async () => {
  other = await app.startInstance();
});
afterAll(() => other.stop());

/** The instance that writes, and the one that is asked. */
const pair = (index: number): readonly [BankClient, BankClient] =>
  index % 2 === 0 ? [app.bank, other.bank] : [other.bank, app.bank];

describe('while reads that ask for less than the newest lag', () => {
  it('the store shows them what is over', async () => {
    const { id } = await newAccount(app.bank, '1');
    const newest = app.database.container('events').item('000000000002', id);
    expect((await newest.read({ consistencyLevel: ConsistencyLevel.Eventual })).statusCode).toBe(404);
    expect((await newest.read<{ version: number }>()).resource?.version).toBe(2);
  });

  it('what one instance has just created is there at the other', async () => {
    await times(20, async (index) => {
      const [writes, reads] = pair(index);
      const customerId = await newCustomer(writes);
      expect(bodyOf(await reads.customer(customerId)).version).toBe(1);
      const { id } = bodyOf(await writes.openAccount(customerId));
      expect(bodyOf(await reads.account(id)).customerId).toBe(customerId);
      expect(bodyOf(await reads.transactions(id)).items).toEqual([]);
    });
  });

  it('a position of one instance is in the answers of the other', async () => {
    await times(10, async (index) => {
      const [writes, reads] = pair(index);
      const { id, customerId } = await newAccount(writes);
      for (let version = 2; version <= 6; version += 1) {
        const { position } = bodyOf(await (version % 3 ? writes.deposit(id, '5') : writes.withdraw(id, '1')));
        const [account, customer, transactions] = await Promise.all([
          reads.account(id, { atLeast: position }),
          reads.customer(customerId, { atLeast: position }),
          reads.transactions(id, { atLeast: position }),
        ]);
        // Nobody else writes to the account, so that nothing can be newer either.
        expect(bodyOf(account).version).toBe(version);
        expect(bodyOf(customer).accounts).toMatchObject([{ id, version }]);
        expect(bodyOf(transactions).items[0]?.version).toBe(version);
      }
    });
  });

  it('what one instance has shown, the other shows, too, though it was not asked for a position', async () => {
    const { id } = await newAccount(app.bank);
    for (let version = 2; version <= 11; version += 1) {
      const [shows, reads] = pair(version);
      bodyOf(await app.bank.deposit(id, '1'));
      await viewHas(shows, id, version);
      expect(bodyOf(await reads.account(id)).version).toBe(version);
    }
  });

  it('answers never go back, whichever instance gives them', async () => {
    const ids = (await times(4, () => newAccount(app.bank, '5'))).map(({ id }) => id);
    const either = () => pair(Math.floor(2 * Math.random()))[0];
    const changing: Pick<BankClient, 'account' | 'transactions'> = {
      account: (...query) => either().account(...query),
      transactions: (...query) => either().transactions(...query),
    };
    const readers = [app.bank, other.bank, changing].map((bank) => readUntilStopped(bank, ids));
    await times(ids.length, async (index) => {
      for (let move = 0; move < 50; move += 1) bodyOf(await pair(move)[0].deposit(ids[index] ?? '', '1'));
    });
    for (const reader of readers) expect(await reader.stop()).toBeGreaterThan(0);
    for (const id of ids) await showsFold(other.bank, id);
  });
});
