import { describe, expect, it } from 'vitest';
import { minute, reconcilerForTests } from '../../support/reconciling.ts';

const { standings, projector, accounts, run, append, deposit, account } = await reconcilerForTests();

describe('the record of a run', () => {
  it('has what the views lacked at its end', async () => {
    await run();
    const { id, customerId } = await account();
    const late = deposit(id, 2, customerId);
    await append(late);
    await projector.catchUp(accounts, id, id, 3);
    await run(0);
    const standing = await standings.load();
    expect(standing).toMatchObject({ aggregates: 1, more: false });
    expect(standing?.behind.accounts).toBeUndefined();
    expect(standing?.behind.transactions).toMatchObject({ events: 3 });
    await run();
    expect((await standings.load())?.behind).toEqual({});
  });

  it('says that there is more where the time was over', async () => {
    await account();
    let asked = 0;
    const hurried = { now: () => Date.now() + minute + (asked++ > 3 ? 2 * minute : 0) };
    await run(minute, { clock: hurried });
    expect(await standings.load()).toMatchObject({ more: true });
  });
});
