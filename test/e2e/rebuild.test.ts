import { fileURLToPath } from 'node:url';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alias } from '../../application/alias.ts';
import { temporaryFolder } from '../local/temporaryFolder.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { allPages, bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import {
  ended,
  operationOf,
  readUntilStopped,
  showsFold,
  startRebuild,
  writeUntilStopped,
} from '../support/e2eRebuild.ts';
import { raisedOpenedAt } from '../support/raisedAccounts.ts';

const raisedApp = fileURLToPath(new URL('../support/raisedApp.ts', import.meta.url));

let data: string;
let app: App;
let ids: string[];
beforeAll(async () => {
  data = await temporaryFolder();
  app = await startApp(data);
  ids = (await times(20, () => newAccount(app.bank, '5'))).map(({ id }) => id);
});
afterAll(() => app.stop());

const names = ['accounts', 'customers', 'transactions'];
const aliasOf = async (projection: string) =>
  (await app.database.container('aliases').item(projection, projection).read<Alias>()).resource;

describe('a rebuild', { timeout: 120_000 }, () => {
  it('goes on while writers write and readers read, and nobody sees less than before', async () => {
    const writers = [writeUntilStopped(app.bank, ids.slice(0, 10)), writeUntilStopped(app.bank, ids.slice(5, 15))];
    const readers = [readUntilStopped(app.bank, ids), readUntilStopped(app.bank, ids.slice(0, 6))];
    const operations = await Promise.all(names.map((name) => startRebuild(app.bank, name)));
    const { id: born } = await newAccount(app.bank, '3');
    for (const operationId of operations) {
      const operation = await ended(app.bank, operationId);
      expect(operation).toMatchObject({ status: 'succeeded' });
      expect(operation.done).toBe(operation.total);
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    for (const reader of readers) expect(await reader.stop()).toBeGreaterThan(5);
    for (const id of [...ids, born]) await showsFold(app.bank, id);
    const listed = await allPages((query) => app.bank.customers(query));
    expect(listed).toHaveLength(21);
    expect(listed.every(({ accounts }) => accounts === 1)).toBe(true);
  });

  it('makes cursors of the generation before expire', async () => {
    const { nextCursor = '' } = bodyOf(await app.bank.customers({ limit: 1 }));
    expect((await app.bank.customers({ limit: 1, cursor: nextCursor })).status).toBe(200);
    expect(await ended(app.bank, await startRebuild(app.bank, 'customers'))).toMatchObject({ status: 'succeeded' });
    const reply = await app.bank.customers({ limit: 1, cursor: nextCursor });
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('CursorExpired')]);
  });

  it('can be flipped back, with all that came since', async () => {
    const [id = ''] = ids;
    bodyOf(await app.bank.deposit(id, '1'));
    const operationId = await startRebuild(app.bank, 'customers', 'flip-back');
    expect(await ended(app.bank, operationId)).toMatchObject({ status: 'succeeded' });
    await showsFold(app.bank, id);
    expect(await allPages((query) => app.bank.customers(query))).toHaveLength(21);
  });

  it('of what is not there is not there, and a flip back to nothing is refused', async () => {
    const post = (path: string) => app.bank.request(`/api/ops/projections/${path}`, { method: 'POST' });
    expect((await post('nothing/rebuild')).status).toBe(404);
    expect((await post('nothing/flip-back')).status).toBe(404);
    expect((await post('accounts/rebuild?requestUnitsPerSecond=0')).status).toBe(400);
    const reply = await post('dailyTotals/flip-back');
    expect([reply.status, reply.text]).toEqual([409, expect.stringContaining('NothingToFlipBackTo')]);
  });

  it('of which a step fails again and again has failed, and can be started again', async () => {
    const operationId = await startRebuild(app.bank, 'transactions', 'rebuild', '?requestUnitsPerSecond=20');
    const item = app.database.container('operations').item(operationId, operationId);
    await eventually(async () => {
      const { resource, etag } = await item.read<{ state: { lanes: unknown[] } }>();
      if (!resource?.state.lanes.length) return false;
      const broken = { ...resource, state: 'nobody can read this' };
      const condition = { accessCondition: { type: 'IfMatch', condition: etag } };
      return item.replace(broken, condition).then(
        () => true,
        () => false,
      );
    }).toBe(true);
    await new QueueClient(app.storage, 'rebuild-steps').sendMessage(
      Buffer.from(JSON.stringify({ operationId })).toString('base64'),
    );
    expect(await ended(app.bank, operationId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('again and again') as string,
    });
    expect(await ended(app.bank, await startRebuild(app.bank, 'transactions'))).toMatchObject({ status: 'succeeded' });
  });

  it('that is killed half-way goes on where it was', async () => {
    const operationId = await startRebuild(app.bank, 'accounts', 'rebuild', '?requestUnitsPerSecond=100');
    await eventually(async () => {
      const query = "SELECT VALUE c.generation FROM c WHERE c.id = 'row'";
      const { resources } = await app.database.container('accounts').items.query<string>(query).fetchAll();
      const newest = (await aliasOf('accounts'))?.builds ?? 0;
      return resources.filter((generation) => generation.endsWith(`.${newest}`)).length;
    }).toBeGreaterThan(0);
    await app.kill();
    app = await startApp(data);
    expect((await operationOf(app.bank, operationId)).status).toBe('running');
    expect(await ended(app.bank, operationId)).toMatchObject({ status: 'succeeded' });
    for (const id of ids.slice(0, 5)) await showsFold(app.bank, id);
  });
});

describe('a version that a release raises', { timeout: 120_000 }, () => {
  it('is built while instances of the release before still run, and answers with what they took, too', async () => {
    await app.stop();
    app = await startApp(data, {}, raisedApp);
    const old = await app.startInstance();
    const [first = ''] = ids;
    const openedAt = async () => bodyOf(await app.bank.account(first)).openedAt;
    expect(await openedAt()).not.toBe(raisedOpenedAt);
    const readers = [readUntilStopped(app.bank, ids.slice(0, 10)), readUntilStopped(old.bank, ids.slice(0, 10))];
    const writers = [writeUntilStopped(app.bank, ids.slice(0, 5)), writeUntilStopped(old.bank, ids.slice(5, 10))];
    // What is built is on its way, and old code takes some of what it has to show.
    await eventually(async () => {
      const alias = await aliasOf('accounts');
      return alias?.generations.some(({ version, passes }) => version === 2 && passes > 0);
    }, 60_000).toBe(true);
    const [ofNew, ofOld] = writers;
    await ofOld?.stop();
    for (const reader of readers) expect(await reader.stop()).toBeGreaterThan(0);
    for (const id of ids.slice(5)) await showsFold(old.bank, id);
    await old.stop();

    await eventually(openedAt, 60_000).toBe(raisedOpenedAt);
    await ofNew?.stop();
    for (const id of ids) {
      await showsFold(app.bank, id);
      expect(bodyOf(await app.bank.account(id)).openedAt).toBe(raisedOpenedAt);
    }
  });
});
