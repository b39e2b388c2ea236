import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { fillDemo, type Demo } from '../../demo/fillDemo.ts';
import { fillFolder } from '../../demo/fillFolder.ts';
import { planDemo } from '../../demo/plan/plan.ts';
import type { Mail } from '../../local/mail/inbox.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { bodyOf, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { startReceiver } from '../support/webhookReceiver.ts';

const size = { customers: 5, accounts: 8, days: 20 };
const steps = planDemo(size);
const settled = steps.filter(({ reaction }) => reaction?.listener === 'transfers').length;

type Stored = {
  readonly aggregateId: string;
  readonly aggregate: string;
  readonly version: number;
  readonly occurredAt: string;
};

describe('a small demo in a data folder', () => {
  let folder: { readonly data: string; readonly fresh: boolean };
  let demo: Demo;
  let again: Demo;
  let app: App | undefined;
  beforeAll(async () => {
    folder = { data: await temporaryFolder(), fresh: false };
    const onProgress = ({ done }: { readonly done: number }) => {
      if (done === 100) throw new Error('Stopped half-way');
    };
    await expect(fillFolder(folder, { size, onProgress })).rejects.toThrow('Stopped half-way');
    demo = await fillFolder(folder, { size });
    again = await fillFolder(folder, { size });
    app = await startApp(folder.data, {
      env: { LISTENERS: 'notifications,webhooks', SMTP: 'smtp://127.0.0.1:1' },
    });
  });
  afterAll(() => app?.stop());
  const running = (): App => {
    if (!app) throw new Error('The app runs only while tests do');
    return app;
  };
  const commits = async (): Promise<readonly Stored[]> => {
    const query = 'SELECT c.aggregateId, c.aggregate, c.version, c.occurredAt FROM c WHERE IS_DEFINED(c.occurredAt)';
    return (await running().database.container('events').items.query<Stored>(query).fetchAll()).resources;
  };
  const get = async <Body>(path: string, query?: Record<string, string>): Promise<Body> =>
    bodyOf((await running().bank.get(path, query)) as Reply<Body>);

  it('ends just before now, and is there already the second time', () => {
    expect([demo.isNew, again]).toEqual([true, { ...demo, isNew: false }]);
    const age = Date.now() - Date.parse(demo.to);
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(10 * 60_000);
  });

  it('becomes views that show all of it', async () => {
    const newest = new Map<string, number>();
    for (const { aggregateId, aggregate, version } of await commits()) {
      if (aggregate === 'account') newest.set(aggregateId, Math.max(version, newest.get(aggregateId) ?? 0));
    }
    expect(newest.size).toBe(size.accounts);
    for (const [id, version] of newest) {
      await eventually(async () => {
        const { headers, body } = await running().bank.account(id);
        return [headers.get('daybook-source'), body.version];
      }, 60_000).toEqual(['view', version]);
    }
    const { items } = await get<{ items: readonly unknown[] }>('/customers');
    expect(items).toHaveLength(size.customers);
  });

  it('breaks no invariant', async () => {
    await running().runTimer('reconcileViews');
    const checked = async () => {
      const { items } = await get<{ items: readonly { readonly name: string; readonly holds: boolean }[] }>(
        '/ops/invariants',
      );
      return items.map(({ name, holds }) => [name, holds]);
    };
    await eventually(checked, 60_000).toEqual(
      ['debitsEqualCredits', 'ledgerEqualsBalances', 'receivedWasSent'].map((name) => [name, true]),
    );
  });

  it('has no event at a time that its clock did not tell, once the app has heard of all of them', async () => {
    const start = Date.parse(demo.from);
    const told = new Set(steps.map(({ at }) => new Date(start + at).toISOString()));
    const all = await commits();
    expect(all.filter(({ occurredAt }) => !told.has(occurredAt))).toEqual([]);
    // A settled transfer is a verdict and an end.
    expect(all).toHaveLength(steps.length + settled);
  });

  it('is told neither by e-mail nor to webhooks where it is no news, also when somebody replays it', async () => {
    const receiver = await startReceiver();
    const { bank, inbox, database } = running();
    bodyOf(await bank.post('/webhooks', { url: receiver.url }));
    for (const name of ['notifications', 'webhooks']) {
      const begun = (await bank.post(`/ops/listeners/${name}/replay`, { from: demo.from })) as Reply<{
        operationId: string;
      }>;
      const { operationId } = bodyOf(begun);
      await eventually(() => get(`/ops/operations/${operationId}`), 60_000).toMatchObject({ status: 'succeeded' });
      type Listeners = { readonly items: readonly { readonly name: string; readonly behind: number }[] };
      await eventually(async () => (await get<Listeners>('/ops/listeners')).items, 60_000).toContainEqual(
        expect.objectContaining({ name, behind: 0 }),
      );
    }
    const query = 'SELECT c.events, c.occurredAt FROM c WHERE IS_DEFINED(c.occurredAt)';
    type Told = { readonly events: readonly { readonly id: string }[]; readonly occurredAt: string };
    const all = (await database.container('events').items.query<Told>(query).fetchAll()).resources;
    const dayAgo = new Date(Date.parse(demo.to) - 86_400_000).toISOString();
    const old = new Set(
      all.flatMap(({ events, occurredAt }) => (occurredAt < dayAgo ? events.map(({ id }) => id) : [])),
    );
    expect(old.size).toBeGreaterThan(0);
    const { items } = (await (await fetch(`${inbox}/_inbox`)).json()) as { items: readonly Mail[] };
    const mailed = items.map(({ messageId }) => messageId.slice(1, messageId.indexOf('@')).replace('.', ':'));
    expect(mailed.filter((id) => old.has(id))).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  it('is refused while an app runs on the folder', async () => {
    await expect(fillFolder(folder, { size })).rejects.toThrow(/in use by another running instance/);
  });
});

it('fills nothing but services of this machine', async () => {
  const SERVICEBUS =
    'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;';
  const COSMOS = 'AccountEndpoint=https://bank.documents.azure.com:443/;AccountKey=a2V5;';
  const CURSOR_KEY = 'only-for-a-test-of-it';
  await expect(fillDemo({ COSMOS, SERVICEBUS, CURSOR_KEY })).rejects.toThrow(/of this machine/);
});
