import { expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, centsOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { money } from '../support/e2eMoney.ts';

// What a dead instance holds stays locked for minutes, so that the reconciler settles it.
const app = appOfThisFile({ env: { TRANSFERS_LATE_AFTER_SECONDS: '1' } });

it('transfers between accounts by two instances, of which one dies again and again, lose and double nothing', async () => {
  const ids = (await times(5, () => newAccount(app.bank, '10.00'))).map(({ id }) => id);
  const any = () => ids[Math.floor(Math.random() * ids.length)] ?? '';
  const send = async (bank: typeof app.bank) => {
    const [from, to] = [any(), any()];
    // The instance may die before it answers: the money has moved or has not.
    await money(bank)
      .transfer(from, to, '1.00')
      .catch(() => undefined);
  };

  for (let round = 0; round < 3; round += 1) {
    const other = await app.startInstance();
    const sending = [...(await Promise.all([times(10, () => send(other.bank)), times(10, () => send(app.bank))]))];
    const more = times(15, () => send(other.bank));
    await other.kill();
    await more;
    expect(sending).toHaveLength(2);
  }

  const standing = async () => {
    await app.runTimer('reconcileViews');
    const accounts = await Promise.all(ids.map(async (id) => bodyOf(await app.bank.account(id))));
    const sum = (name: 'balance' | 'inTransit') =>
      accounts.reduce((total, account) => total + centsOf(account[name]), 0);
    return { balances: sum('balance'), inTransit: sum('inTransit') };
  };
  await eventually(standing, 60_000).toEqual({ balances: 5_000, inTransit: 0 });
});
