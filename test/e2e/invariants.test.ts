import { expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, type Reply } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { money } from '../support/e2eMoney.ts';

type Invariant = {
  readonly name: string;
  readonly holds: boolean;
  readonly checkedAt: string;
  readonly detail?: string;
};

const app = appOfThisFile();
const invariants = async () =>
  bodyOf((await app.bank.get('/ops/invariants')) as Reply<{ items: readonly Invariant[] }>).items;
const all = ['debitsEqualCredits', 'ledgerEqualsBalances', 'receivedWasSent'];
const standing = async () => (await invariants()).map(({ name, holds }) => [name, holds]);

/** Has the timer check the invariants now, as if a minute had passed since the last pass. */
const checkNow = async (): Promise<void> => {
  const checkpoints = app.database.container('checkpoints');
  for (const name of all) {
    const item = checkpoints.item(`invariant-${name}`, `invariant-${name}`);
    const { resource } = await item.read<{ id: string; position: string }>();
    if (!resource) throw new Error(`There is no pass of ${name}`);
    const pass = JSON.parse(resource.position) as { checkedAt: string };
    const checkedAt = new Date(Date.parse(pass.checkedAt) - 60_000).toISOString();
    await item.replace({ ...resource, position: JSON.stringify({ ...pass, checkedAt }) });
  }
  await app.runTimer('reconcileViews');
};
/** Has them checked until they stand so. */
const eventuallyStand = (holds: boolean) =>
  expect
    .poll(
      async () => {
        await checkNow();
        return standing();
      },
      { timeout: 60_000, interval: 500 },
    )
    .toEqual(all.map((name) => [name, holds]));

/** The name of the generation that answers. */
const liveOf = async (view: string): Promise<string> => {
  const { items } = bodyOf(
    (await app.bank.get('/ops/projections')) as Reply<{
      items: { name: string; generations: { state: string; generation: string }[] }[];
    }>,
  );
  const generations = items.find(({ name }) => name === view)?.generations;
  return generations?.find(({ state }) => state === 'live')?.generation ?? '';
};

/** Changes a stored item past the app; returns how to mend it. */
const forge = async (container: string, id: string, key: string, change: (text: string) => string) => {
  const item = app.database.container(container).item(id, key);
  const { resource } = await item.read<Record<string, unknown> & { readonly id: string }>();
  if (!resource) throw new Error(`There is no ${id} of ${key}`);
  await item.replace(JSON.parse(change(JSON.stringify(resource))) as typeof resource);
  return () => item.replace(resource);
};

it('the invariants are checked at the start and by a timer; what breaks one is shown until it is mended', async () => {
  await eventually(standing).toEqual(all.map((name) => [name, true]));
  const [first] = await invariants();

  const [sender, receiver] = [await newAccount(app.bank, '100'), await newAccount(app.bank, '100')];
  const { version: sentAt } = bodyOf(await money(app.bank).transfer(sender.id, receiver.id, '33'));
  await viewHas(app.bank, receiver.id, 3);
  const other = await newAccount(app.bank, '7');
  await viewHas(app.bank, other.id, 2);
  await checkNow();
  await eventually(async () => (await invariants())[0]?.checkedAt).not.toBe(first?.checkedAt);
  await eventuallyStand(true);

  const ledger = await liveOf('dailyTotals');
  const place = String(sentAt).padStart(12, '0');
  const mended = [
    await forge('dailyTotals', 'row', `${ledger}:${other.id}`, (text) =>
      text.replaceAll('"cash":{"tenMillions":0,"rest":700}', '"cash":{"tenMillions":0,"rest":701}'),
    ),
    await forge('accounts', 'row', `${await liveOf('accounts')}:${other.id}`, (text) =>
      text.replace('"balance":700', '"balance":699'),
    ),
    await forge('events', place, sender.id, (text) => text.replaceAll('"minor":3300', '"minor":3299')),
  ];
  await eventuallyStand(false);
  // What breaks it comes before how far the app has looked.
  const details = async () => (await invariants()).map(({ detail }) => detail?.split('; ')[0]);
  expect(await details()).toEqual([
    `${ledger}:${other.id}/row: debits and credits differ in EUR`,
    `${other.id}: the ledger and the balance differ in EUR`,
    `${receiver.id}:3 received what ${sender.id}:3 did not send`,
  ]);

  await Promise.all(mended.map((mend) => mend()));
  await eventuallyStand(true);
  expect(await details()).toEqual([
    undefined,
    undefined,
    expect.stringMatching(/^it has looked at new commits until /),
  ]);
});
