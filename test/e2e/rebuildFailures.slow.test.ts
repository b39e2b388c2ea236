import { QueueClient } from '@azure/storage-queue';
import { beforeAll, describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { ended, operationOf, showsFold, startRebuild, storedAlias } from '../support/e2eRebuild.ts';

const app = appOfThisFile();
let ids: string[];
beforeAll(async () => {
  ids = (await times(12, () => newAccount(app.bank, '5'))).map(({ id }) => id);
});

const aliasOf = (view: string) => storedAlias(app.database, view);

describe('a rebuild', () => {
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
      Buffer.from(JSON.stringify({ jobId: operationId })).toString('base64'),
    );
    expect(await ended(app.bank, operationId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('again and again') as string,
    });
    expect(await ended(app.bank, await startRebuild(app.bank, 'transactions'))).toMatchObject({ status: 'succeeded' });
  });

  it('that is cancelled leaves the view as it is, and can be started again', async () => {
    const operationId = await startRebuild(app.bank, 'customers', 'rebuild', '?requestUnitsPerSecond=100');
    const reply = await app.bank.request(`/api/ops/operations/${operationId}`, { method: 'DELETE' });
    expect(reply).toMatchObject({ status: 202, body: { kind: 'rebuild', status: 'running', cancelRequested: true } });
    expect(await ended(app.bank, operationId)).toMatchObject({ status: 'cancelled' });
    expect((await aliasOf('customers'))?.generations.map(({ state }) => state)).toEqual(['live', 'clearing']);
    expect(await ended(app.bank, await startRebuild(app.bank, 'customers'))).toMatchObject({ status: 'succeeded' });
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
    await app.restart();
    expect((await operationOf(app.bank, operationId)).status).toBe('running');
    const supervised = async () => {
      await app.runTimer('superviseViews');
      return (await operationOf(app.bank, operationId)).status;
    };
    await expect.poll(supervised, { timeout: 60_000, interval: 500 }).not.toBe('running');
    expect(await ended(app.bank, operationId)).toMatchObject({ status: 'succeeded' });
    for (const id of ids.slice(0, 5)) await showsFold(app.bank, id);
  });
});
