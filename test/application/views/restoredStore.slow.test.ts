import { describe, expect, it } from 'vitest';
import { UnreadableEvent } from '../../../eventSourcing/event.ts';
import { views } from '../../../projections/registry.ts';
import { reconcilerForTests } from '../../support/reconciling.ts';

const { containerOf, history, rows, accounts, run, gapsOf, append, deposit, account, lose, runAround } =
  await reconcilerForTests();

describe('a store that goes back to an earlier state', () => {
  it('shows in gaps of the views that are ahead, until they are not', async () => {
    const [part, whole] = [await account(), await account()];
    await append(deposit(part.id, 2, part.customerId), deposit(part.id, 3, part.customerId));
    await run();
    await lose(part.id, 3, 4);
    await lose(whole.id, 1);
    await runAround();
    const followers = views.filter(({ follows }) => follows.includes('account')).map(({ name }) => name);
    const ahead = (id: string, position: number, version: number) =>
      followers.map((view) => expect.objectContaining({ view, aggregateId: id, position, version }) as unknown);
    expect(await gapsOf(part.id, 0)).toEqual(expect.arrayContaining(ahead(part.id, 4, 2)));
    expect(await gapsOf(whole.id, 0)).toEqual(expect.arrayContaining(ahead(whole.id, 2, 0)));
    expect(await gapsOf(whole.id, 0)).toHaveLength(followers.length);

    const partition = `accounts@3.1:${whole.id}`;
    await containerOf('accounts').item('row', partition).delete();
    await run();
    expect((await gapsOf(whole.id, 0)).map(({ view }) => view)).not.toContain('accounts');
    expect(await gapsOf(whole.id, 0)).toHaveLength(followers.length - 1);
  });

  it('shows a gap, and no wrong view, where somebody appends after what it lost', async () => {
    const { id, customerId } = await account();
    await append(deposit(id, 2, customerId));
    await run();
    const before = await rows.load(accounts, id);
    await append(deposit(id, 3, customerId));
    await lose(id, 3, 4);
    // An instance whose cached state is of the store before.
    await append(deposit(id, 4, customerId));
    await run();
    expect(await rows.load(accounts, id)).toEqual(before);
    expect(await gapsOf(id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ view: 'accounts', position: 3, version: 5 })]),
    );
    await expect(history.next(id, 2)).rejects.toThrow(UnreadableEvent);
  });
});
