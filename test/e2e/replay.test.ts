import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../local/faults/faultRules.ts';
import { follow } from '../local/runStart.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();
const path = '/ops/subscriptions/accounts/replay';
/** Counts what is delivered to two of the subscriptions from now on. */
const countDeliveries = async () => {
  await app.serviceBusFaults.clear();
  const counting = (subscription: string): FaultRule => ({
    on: { operation: 'deliver', target: `bank-events/Subscriptions/${subscription}` },
    times: 1_000,
    fault: { kind: 'delay', ms: 0 },
  });
  await app.serviceBusFaults.inject([counting('accounts'), counting('transactions')]);
};
/** An account whose messages have all arrived. */
const settled = async () => {
  const { id } = await newAccount(app.bank, '5');
  await viewHas(app.bank, id, 2);
  await eventually(async () => bodyOf(await app.bank.transactions(id)).items.length).toBe(1);
  return id;
};

describe('a replay', () => {
  it('sends to one subscriber alone, and says how far it is', async () => {
    const id = await settled();
    await countDeliveries();
    const reply = await app.bank.post(path, { from: 1, aggregateId: id });
    expect(reply.status).toBe(202);
    const { operationId } = reply.body as { operationId: string };
    expect(reply.headers.get('location')).toBe(`/api/ops/operations/${operationId}`);
    await eventually(async () => (await app.bank.get(`/ops/operations/${operationId}`)).body, 20_000).toMatchObject({
      kind: 'replay',
      subject: 'accounts',
      status: 'succeeded',
      done: 2,
      total: 2,
    });
    await eventually(() => app.serviceBusFaults.hits()).toEqual([2, 0]);
  });

  it('is asked for on the command line', async () => {
    const id = await settled();
    await countDeliveries();
    const cli = follow(process.execPath, [
      ...['cli/replay.ts', '--subscription', 'accounts', '--from', '2020-01-01T00:00:00Z', '--aggregate', id],
      ...['--types', 'AccountOpened,MoneyDeposited', '--url', app.bank.origin],
    ]);
    expect(await cli.gone).toEqual({ code: 0, signal: null });
    expect(cli.out()).toMatch(/accounts: operation /);
    await eventually(() => app.serviceBusFaults.hits()).toEqual([2, 0]);
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

  it('of an unknown aggregate, or to an unknown subscription, is a 404', async () => {
    expectProblem(await app.bank.post(path, { from: 1, aggregateId: randomUUID() }), 404, 'NotFound');
    const body = { from: '2026-01-01T00:00:00Z' };
    expectProblem(await app.bank.post('/ops/subscriptions/nobody/replay', body), 404, 'NotFound');
  });
});
