import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { bulkWriter } from '../../../../adapters/cosmos/client/bulkWriter.ts';
import { cosmosCheckpoints } from '../../../../adapters/cosmos/checkpoints.ts';
import { openDatabase } from '../../../../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import { cosmosRows } from '../../../../adapters/cosmos/views/rows.ts';
import { ServiceUnavailable } from '../../../../application/serviceUnavailable.ts';
import { accounts as accountsView } from '../../../../projections/accounts.ts';
import { commitOf, deposited, EUR, opened } from '../../../support/bank.ts';
import { firstBuild } from '../../../support/generations.ts';
import { provisionedCosmos } from '../../../support/cosmos.ts';
import { startFaultyProxy, type Fault } from '../../../support/faultyProxy.ts';
import topology from '../../../../infra/topology.json' with { type: 'json' };

const connectionString = await provisionedCosmos();
const accounts = firstBuild(accountsView);

const open: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(open.map((close) => close())));
/** The adapters behind a proxy of their own. */
const behindProxy = async () => {
  const proxy = await startFaultyProxy(connectionString);
  const database = openDatabase(proxy, topology.cosmos);
  open.push(() => (database.close(), proxy.close()));
  const containerOf = (name: string) => database.container(name);
  return {
    proxy: proxy.state,
    store: cosmosEventStore(containerOf('events')),
    checkpoints: cosmosCheckpoints(containerOf('checkpoints')),
    rows: cosmosRows(containerOf),
    write: bulkWriter(containerOf('accounts'), { repeatsUnclear: true }),
  };
};
type Adapters = Awaited<ReturnType<typeof behindProxy>>;

const append = (store: Adapters['store'], id: string) =>
  store.append([commitOf('account', id, 0, [opened()])], { state: {}, stateVersion: 1 });
const failureOf = async (call: Promise<unknown>) => {
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ServiceUnavailable);
  return failure as ServiceUnavailable;
};

const instant = '2026-01-01T00:00:00.000Z';
const html = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' };
const throttled = { status: 429, headers: { 'x-ms-retry-after-ms': '10' } };
/** A failure that passes, and whether the append is in the store all the same. */
const transient: readonly (readonly [string, Fault, 'written' | 'not written'])[] = [
  ['is answered 408', { status: 408 }, 'not written'],
  ['is answered 410', { status: 410 }, 'not written'],
  ['is answered 449', { status: 449 }, 'not written'],
  ['is answered 500', { status: 500 }, 'not written'],
  ['is answered 502', { status: 502 }, 'not written'],
  ['is answered 503', { status: 503 }, 'not written'],
  ['is answered 503 without a word', { status: 503, body: '' }, 'not written'],
  ['is answered 504', { status: 504 }, 'not written'],
  ['is answered by a gateway in HTML', html, 'not written'],
  ['meets a connection that breaks before it arrives', 'cutBefore', 'not written'],
  ['meets a connection that breaks before its answer', 'cutAfter', 'written'],
  ['has an answer that is cut short', 'cutShort', 'written'],
  ['is never answered', 'silence', 'written'],
];

describe.concurrent('an append that', () => {
  it.for(transient)('%s is made once, and may have taken effect', async ([, fault, written]) => {
    const { proxy, store } = await behindProxy();
    const id = randomUUID();
    proxy.always = fault;
    const begun = Date.now();
    expect(await failureOf(append(store, id))).toMatchObject({ outcomeUnknown: true });
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(proxy.requests).toBe(1);
    proxy.always = undefined;
    expect(await store.findCommit(id, `u:${id}:0`)).toEqual(
      written === 'written' ? expect.objectContaining({ aggregateId: id }) : undefined,
    );
  });

  it('is throttled took no effect, and says when to come back', async () => {
    const { proxy, store } = await behindProxy();
    const id = randomUUID();
    proxy.always = throttled;
    expect(await failureOf(append(store, id))).toMatchObject({ outcomeUnknown: false, retryAfterMs: 10 });
    proxy.always = undefined;
    expect(await append(store, id)).toMatchObject({ outcome: 'appended' });
  });

  it.for([
    [429, false],
    [449, true],
    [503, true],
  ] as const)('is stopped by one operation, %d, is unavailable as that one is', async ([status, outcomeUnknown]) => {
    const { proxy, store } = await behindProxy();
    proxy.always = { status: 207, body: JSON.stringify([{ statusCode: 424 }, { statusCode: status }]) };
    const id = randomUUID();
    const commits = [commitOf('account', id, 0, [opened()]), commitOf('account', id, 1, [deposited(1, 1)])];
    const failure = await failureOf(store.append(commits, { state: {}, stateVersion: 1 }));
    expect(failure).toMatchObject({ outcomeUnknown });
    expect(proxy.requests).toBe(1);
  });

  it.for([408, 449, 503])('is alone in its request, and answered by %d, may have taken effect', async (status) => {
    const { proxy, store } = await behindProxy();
    proxy.always = { status: 207, body: JSON.stringify([{ statusCode: status }]) };
    expect(await failureOf(append(store, randomUUID()))).toMatchObject({ outcomeUnknown: true });
    expect(proxy.requests).toBe(1);
  });

  it('is throttled for a moment succeeds', async () => {
    const { proxy, store } = await behindProxy();
    proxy.faults.push(throttled, throttled);
    expect(await append(store, randomUUID())).toMatchObject({ outcome: 'appended' });
  });

  it('is refused for good is not made again, nor taken for an outage', async () => {
    const { proxy, store } = await behindProxy();
    proxy.always = { status: 403 };
    await expect(append(store, randomUUID())).rejects.not.toThrow(ServiceUnavailable);
    expect(proxy.requests).toBe(1);
  });

  it('finds nobody listening took no effect', async () => {
    const proxy = await startFaultyProxy(connectionString);
    const database = openDatabase(proxy, topology.cosmos);
    await database.ping();
    await proxy.close();
    // From here on no connection is left over that could break.
    await failureOf(database.ping());
    const failure = await failureOf(append(cosmosEventStore(database.container('events')), randomUUID()));
    expect(failure).toMatchObject({ outcomeUnknown: false });
    database.close();
  });
});

describe.concurrent('what can be repeated without harm', () => {
  const answered = transient.filter(([, fault]) => fault !== 'silence');

  it.for(answered)('and %s is made again and succeeds', async ([, fault]) => {
    const { proxy, checkpoints } = await behindProxy();
    const process = randomUUID();
    const saved = await checkpoints.save(process, 'one', undefined);
    proxy.requests = 0;
    proxy.faults.push(fault);
    expect(await checkpoints.load(process)).toEqual(saved);
    expect(proxy.requests).toBe(2);
  });

  it('is given up in the end', async () => {
    const { proxy, checkpoints } = await behindProxy();
    proxy.always = { status: 500 };
    expect(await failureOf(checkpoints.load('relay'))).toMatchObject({ outcomeUnknown: true });
    expect(proxy.requests).toBeGreaterThan(3);
  });

  it('does not keep its caller waiting while it is throttled', async () => {
    const { proxy, checkpoints } = await behindProxy();
    proxy.always = throttled;
    expect(await failureOf(checkpoints.load('relay'))).toMatchObject({ outcomeUnknown: false });
    expect(proxy.requests).toBeLessThan(6);
  });

  it('and is never answered is given up within ten seconds', async () => {
    const { proxy, checkpoints } = await behindProxy();
    proxy.always = 'silence';
    const begun = Date.now();
    await failureOf(checkpoints.load('relay'));
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});

describe.concurrent('a write of a bulk request that is refused for the moment', () => {
  const creation = (partition: string) => ({
    operationType: 'Create' as const,
    partitionKey: partition,
    resourceBody: { id: 'row', partition },
  });
  const answered = (...statuses: readonly number[]): Fault => ({
    status: 207,
    body: JSON.stringify(statuses.map((statusCode) => ({ statusCode }))),
  });

  it.for([429, 449, 408, 503])('by %d is made again, without those that it went with', async (status) => {
    const { proxy, write } = await behindProxy();
    const [one, other] = [randomUUID(), randomUUID()];
    proxy.faults.push(answered(201, status), answered(status));
    const statuses = (await Promise.all([one, other].map((partition) => write(creation(partition))))).map(
      ({ statusCode }) => statusCode,
    );
    expect(statuses).toEqual([201, 201]);
    expect(proxy.requests).toBe(3);
    // The client did not send again what the store said it had written: otherwise it would be there.
    expect((await write(creation(one))).statusCode).toBe(201);
    expect((await write(creation(other))).statusCode).toBe(409);
  });

  it('again and again is given up in the end', async () => {
    const { proxy, rows } = await behindProxy();
    proxy.always = answered(429);
    const key = randomUUID();
    const row = { customerId: 'c', currency: EUR, balance: 0, openedAt: instant, updatedAt: instant };
    await failureOf(rows.store(accounts, key, { row, positions: { [key]: 1 } }, [], undefined));
    expect(proxy.requests).toBeGreaterThan(3);
  });
});

describe.concurrent('an item of a missing container', () => {
  it('is unavailable, not unknown', async () => {
    const { proxy, store, checkpoints, rows } = await behindProxy();
    proxy.always = { status: 404, headers: { 'x-ms-substatus': '1003' } };
    await Promise.all([store.loadNewest('a'), checkpoints.load('relay'), rows.load(accounts, 'a')].map(failureOf));
  });
});
