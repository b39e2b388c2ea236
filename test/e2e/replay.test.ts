import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { follow } from '../local/launcher/runStart.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();
const path = '/ops/listeners/accounts/replay';
/** Counts the deliveries to the views from now on. */
const countDeliveries = async () => {
  await app.serviceBusFaults.clear();
  const on = { operation: 'deliver', target: 'bank-events/Subscriptions/views' };
  await app.serviceBusFaults.inject({ on, times: 1_000, fault: { kind: 'delay', ms: 0 } });
};
/** An account whose messages have all arrived. */
const settled = async () => {
  const { id } = await newAccount(app.bank, '5');
  await viewHas(app.bank, id, 2);
  await eventually(async () => bodyOf(await app.bank.transactions(id)).items.length).toBe(1);
  return id;
};

describe('a replay', () => {
  it('sends to one listener, and says how far it is', async () => {
    const id = await settled();
    await countDeliveries();
    const reply = await app.bank.post(path, { from: 1, aggregateId: id });
    expect(reply.status).toBe(202);
    const { operationId } = reply.body as { operationId: string };
    expect(reply.headers.get('location')).toBe(`/api/ops/operations/${operationId}`);
    await eventually(async () => (await app.bank.get(`/ops/operations/${operationId}`)).body).toMatchObject({
      kind: 'replay',
      subject: 'accounts',
      status: 'succeeded',
      done: 2,
      total: 2,
    });
    await eventually(() => app.serviceBusFaults.hits()).toEqual([2]);
  });

  it('that is cancelled sends no more', async () => {
    const id = await settled();
    await times(118, () => app.bank.deposit(id, '1'));
    await viewHas(app.bank, id, 120);
    await eventually(async () => bodyOf(await app.bank.transactions(id, { limit: 200 })).items.length).toBe(119);
    await countDeliveries();
    const begin = async (body: object) =>
      (bodyOf(await app.bank.post(path, body)) as { operationId: string }).operationId;
    const operation = async (operationId: string) => (await app.bank.get(`/ops/operations/${operationId}`)).body;
    const cancel = (operationId: string) =>
      app.bank.request(`/api/ops/operations/${operationId}`, { method: 'DELETE' });

    // After its first page, of a hundred, it waits for five seconds.
    const operationId = await begin({ from: 1, aggregateId: id, eventsPerSecond: 20 });
    await eventually(() => operation(operationId)).toMatchObject({ done: 100 });
    const asked = await cancel(operationId);
    expect(asked).toMatchObject({
      status: 202,
      body: { operationId, kind: 'replay', status: 'running', cancelRequested: true, done: 100, total: 120 },
    });
    await eventually(() => operation(operationId)).toMatchObject({ status: 'cancelled', done: 100 });
    expectProblem(await cancel(operationId), 409, 'OperationHasEnded', `/api/ops/operations/${operationId}`);

    // Others have gone on by the time that another one is over.
    const other = await begin({ from: 119, aggregateId: id });
    await eventually(() => operation(other)).toMatchObject({ status: 'succeeded' });
    await eventually(() => app.serviceBusFaults.hits()).toEqual([102]);
    expect(await operation(operationId)).toMatchObject({ status: 'cancelled', done: 100 });
    expectProblem(await cancel(randomUUID()), 404, 'NotFound');
    expectProblem(await cancel('x'), 400, 'InvalidRequest');
  });

  it('is asked for on the command line', async () => {
    const id = await settled();
    await countDeliveries();
    const cli = follow(process.execPath, [
      ...['cli/replay.ts', '--listener', 'accounts', '--from', '2020-01-01T00:00:00Z', '--aggregate', id],
      ...['--types', 'AccountOpened,MoneyDeposited', '--url', app.bank.origin],
    ]);
    expect(await cli.gone).toEqual({ code: 0, signal: null });
    expect(cli.out()).toMatch(/accounts: operation /);
    await eventually(() => app.serviceBusFaults.hits()).toEqual([2]);
  });

  it.each<[object, string]>([
    [{}, '/from'],
    [{ from: 'yesterday' }, '/from'],
    [{ from: 0, aggregateId: randomUUID() }, '/from'],
    [{ from: 3 }, '/aggregateId'],
    [{ from: '2026-01-01T00:00:00Z', types: ['MoneyPrinted'] }, '/types/0'],
    [{ from: '2026-01-01T00:00:00Z', types: [] }, '/types'],
    [{ from: '2026-01-01T00:00:00Z', eventsPerSecond: 0 }, '/eventsPerSecond'],
    [{ from: '2026-01-01T00:00:00Z', until: 'now' }, '/until'],
  ])('of %j is malformed', async (body, pointer) => {
    const { errors } = expectProblem(await app.bank.post(path, body), 400, 'InvalidRequest');
    expect(errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('reaches a subscription that is not in the topology, if its name is one', async () => {
    const id = await settled();
    const to = (name: string) => app.bank.post(`/ops/listeners/${name}/replay`, { from: 1, aggregateId: id });
    const { operationId } = bodyOf(await to('subscription:statements_2026')) as { operationId: string };
    await eventually(async () => (await app.bank.get('/ops/operations', { limit: 1 })).body).toMatchObject({
      items: [{ operationId, kind: 'replay', subject: 'subscription:statements_2026', status: 'succeeded', done: 2 }],
      nextCursor: expect.any(String) as string,
    });
    for (const name of ['subscription:', 'subscription:-x', `subscription:${'x'.repeat(51)}`]) {
      expectProblem(await to(name), 404, 'NotFound');
    }
  });

  it('of an unknown aggregate, or to an unknown subscription, is a 404', async () => {
    expectProblem(await app.bank.post(path, { from: 1, aggregateId: randomUUID() }), 404, 'NotFound');
    const body = { from: '2026-01-01T00:00:00Z' };
    expectProblem(await app.bank.post('/ops/listeners/nobody/replay', body), 404, 'NotFound');
  });
});
