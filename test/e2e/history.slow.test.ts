import { randomUUID } from 'node:crypto';
import type { Database } from '@azure/cosmos';
import { describe, expect, it, onTestFinished } from 'vitest';
import topology from '../../infra/topology.json' with { type: 'json' };
import type { Mail } from '../../local/mail/inbox.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { appOfThisFile, startApp, type App } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer, type Reply } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { startReceiver } from '../support/webhookReceiver.ts';

const dayMs = 86_400_000;
const on = { LISTENERS: 'notifications,webhooks', SMTP: 'smtp://127.0.0.1:1' };
let settings = { LISTENERS: '', SMTP: '' };
const app = appOfThisFile(() => ({ env: settings }));

type Running = Omit<App, 'stop'>;
type Item = { readonly id: string; readonly [field: string]: unknown };

/** Has an account in the event store as an import brings it: opened so many days ago, with a deposit. Returns the ids of its events. */
const importAccount = async ({ database }: Running, customerId: string, days: number) => {
  const id = randomUUID();
  const occurredAt = new Date(Date.now() - days * dayMs).toISOString();
  const events = [opened(customerId), deposited(100, 100, customerId)];
  const commit = commitOf('account', id, 0, events, { occurredAt });
  await database.container('events').items.create({ ...commit, id: '000000000001' });
  return { id, events: [`${id}:1`, `${id}:2`] };
};

const replay = async ({ bank }: Running, listener: string) => {
  const from = new Date(Date.now() - 365 * dayMs).toISOString();
  const begun = bodyOf(await bank.post(`/ops/listeners/${listener}/replay`, { from })) as { operationId: string };
  await eventually(async () => (await bank.get(`/ops/operations/${begun.operationId}`)).body).toMatchObject({
    status: 'succeeded',
  });
};

/** Nobody has a message that waits, or that somebody is at work on. */
const untilAllHeard = ({ administration }: Running) =>
  eventually(
    () =>
      Promise.all(
        ['notifications', 'webhooks'].map(
          async (name) =>
            (await administration.getSubscriptionRuntimeProperties('bank-events', name)).activeMessageCount,
        ),
      ),
    30_000,
  ).toEqual([0, 0]);

const mailsIn = async ({ inbox }: Running) =>
  ((await (await fetch(`${inbox}/_inbox`)).json()) as { items: readonly Mail[] }).items;

const contentOf = (database: Database) =>
  Promise.all(
    topology.cosmos.containers.map(async ({ name }) => {
      const { resources } = await database.container(name).items.readAll<Item>().fetchAll();
      return { name, items: resources };
    }),
  );

/** Puts items into a store as a restore does: they are those of before, in a container that is another one. */
const restore = async (database: Database, content: Awaited<ReturnType<typeof contentOf>>) => {
  for (const { name, items } of content) {
    for (const item of items) {
      const own = Object.entries(item).filter(([field]) => !field.startsWith('_'));
      await database.container(name).items.upsert(Object.fromEntries(own));
    }
  }
};

describe('what is no news', () => {
  it('is not told when e-mail and webhooks are switched on for the first time, nor by a restored store', async () => {
    const receiver = await startReceiver();
    const customerId = await newCustomer(app.bank);
    const old = await importAccount(app, customerId, 9);
    const ofLastDays = await importAccount(app, customerId, 2);
    await app.runTimer('relayCommits');
    for (const { id } of [old, ofLastDays]) await viewHas(app.bank, id, 2);

    settings = on;
    await app.restart();
    const webhook = bodyOf((await app.bank.post('/webhooks', { url: receiver.url })) as Reply<Item>);
    // As if it had been there all the time: so nothing but the age keeps it from being told.
    await app.database
      .container('webhooks')
      .item(webhook.id, 'webhook')
      .patch([{ op: 'set', path: '/createdAt', value: new Date(Date.now() - 30 * dayMs).toISOString() }]);
    for (const listener of ['notifications', 'webhooks']) await replay(app, listener);
    await untilAllHeard(app);
    // A webhook is told of seven days, a customer of one.
    const news = [...ofLastDays.events, `${customerId}:1`].toSorted();
    await eventually(() => Promise.resolve(receiver.ids().toSorted())).toEqual(news);
    expect(await mailsIn(app)).toEqual([]);

    const account = await newAccount(app.bank, '5');
    await eventually(async () => (await mailsIn(app)).length).toBe(2);
    await eventually(() => Promise.resolve(receiver.ids())).toContain(`${account.id}:2`);
    await untilAllHeard(app);
    const told = receiver.ids().length;

    const content = await contentOf(app.database);
    await app.kill();
    const restored = await startApp(await temporaryFolder(), { env: on });
    onTestFinished(() => restored.stop());
    await restore(
      restored.database,
      content.toSorted((one) => (one.name === 'events' ? 1 : -1)),
    );
    await restored.runTimer('relayCommits');
    await eventually(() => Promise.resolve(restored.log())).toMatch(/Relayed \d+ messages/);
    await untilAllHeard(restored);
    expect([receiver.ids().length, await mailsIn(restored)]).toEqual([told, []]);

    bodyOf(await restored.bank.deposit(account.id, '7'));
    await eventually(() => Promise.resolve(receiver.ids().slice(told))).toEqual([`${account.id}:3`]);
    await eventually(() => mailsIn(restored)).toMatchObject([{ text: expect.stringContaining('€7.00') as string }]);
  });
});
