import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quantities } from '../../adapters/telemetry/metrics.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { startOtlpReceiver, type ReceivedSpan } from '../support/otlpReceiver.ts';
import { signatureOf } from '../support/signing.ts';

const receiver = await startOtlpReceiver();
const { seen } = receiver;
const email = `${randomUUID()}@example.com`;
const [traceId, callersSpan] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];

let app: App;
let account: string;
let answered: string | null;
beforeAll(async () => {
  app = await startApp(await temporaryFolder(), { env: receiver.settings });
  const customer = bodyOf(await app.bank.createCustomer({ firstName: 'Grace', lastName: 'Hopper', email }));
  account = bodyOf(await app.bank.openAccount(customer.id)).id;
  const traceparent = `00-${traceId}-${callersSpan}-01`;
  const deposit = await app.bank.deposit(account, '7654321.09', {}, { traceparent });
  answered = deposit.headers.get('traceparent');
  await app.bank.withdraw(account, '8765432.19');
  await app.bank.customers({ email });
});
afterAll(async () => {
  await app.stop();
  receiver.close();
});

/** The first span that is so, once it has been received. */
const spanWhere = async (isWanted: (each: ReceivedSpan) => boolean): Promise<ReceivedSpan> => {
  const find = () => seen.spans.find(isWanted);
  await eventually(() => Promise.resolve(find())).toBeDefined();
  const found = find();
  if (!found) throw new Error('Polling has just found it');
  return found;
};
const span = (name: string) => spanWhere((each) => each.traceId === traceId && each.name === name);
const requestOf = () => span('POST accounts/{id}/deposits');

describe('the trace of a command', () => {
  it("goes on from the caller's span, and is what the answer names", async () => {
    const request = await requestOf();
    expect(request.parentSpanId).toBe(callersSpan);
    expect(answered).toBe(`00-${traceId}-${request.spanId}-01`);
    expect(request.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 201,
      'faas.name': 'depositMoney',
      'daybook.command': 'DepositMoney',
      'daybook.outcome': 'done',
    });
  });

  it('is the one that the commit and its message carry', async () => {
    const { items } = bodyOf(await app.bank.events(account));
    expect(items.map(({ traceparent }) => traceparent)).toContain(answered);
  });

  it('has the append, with the request that it made and what it was charged', async () => {
    const append = await span('append account');
    expect(append.parentSpanId).toBe((await requestOf()).spanId);
    expect(append.attributes).toMatchObject({ 'daybook.aggregate.id': account, 'daybook.version': 2 });
    const trip = await span('batch events');
    expect(trip.parentSpanId).toBe(append.spanId);
    expect(trip.attributes).toMatchObject({ 'db.collection.name': 'events', 'db.response.status_code': '200' });
    expect(trip.attributes['azure.cosmosdb.operation.request_charge']).toBeGreaterThan(0);
  });

  it('has the message, linked to the send that carried it', async () => {
    const published = await span('publish MoneyDeposited');
    expect(published.parentSpanId).toBe((await requestOf()).spanId);
    expect(published.attributes).toMatchObject({ 'messaging.message.id': `${account}:2` });
    const [link] = published.links;
    const send = await spanWhere(({ spanId }) => spanId === link?.spanId);
    expect(send).toMatchObject({ name: 'send', attributes: { 'messaging.system': 'servicebus' } });
    expect(send.links.map((each) => each.traceId)).toContain(traceId);
  });

  it('has the message that feeds the views, linked to its batch', async () => {
    const heard = await span('hear views');
    expect(heard.parentSpanId).toBe((await requestOf()).spanId);
    const attributes = { 'messaging.message.id': `${account}:2`, 'daybook.subscription': 'views' };
    expect(heard.attributes).toMatchObject(attributes);
    const batch = await spanWhere(({ spanId }) => spanId === heard.links[0]?.spanId);
    expect(batch).toMatchObject({ name: 'process views' });
    await spanWhere(({ parentSpanId }) => parentSpanId === batch.spanId);
  });
});

it('an append of many commands is linked to the requests of all', async () => {
  const { id } = await newAccount(app.bank, '10');
  // While the first one is appended the others wait, and then go together.
  await app.cosmosFaults.inject({
    on: { operation: 'bulk', target: 'events' },
    fault: { kind: 'delay', ms: 300 },
  });
  const replies = await times(20, () => app.bank.deposit(id, '1'));
  const requests = replies.map(({ headers }) => headers.get('traceparent')?.slice(36, 52));
  const appends = () =>
    seen.spans.filter(({ name, attributes }) => name === 'append account' && attributes['daybook.aggregate.id'] === id);
  const covered = () =>
    appends().flatMap(({ parentSpanId, links }) => [parentSpanId, ...links.map(({ spanId }) => spanId)]);
  await eventually(() => Promise.resolve(covered())).toEqual(expect.arrayContaining(requests));
  expect(appends().some(({ links }) => links.length > 0)).toBe(true);
  for (const { attributes, links } of appends()) expect(attributes['daybook.commits']).toBe(links.length + 1);
});

describe('metrics', () => {
  const points = (name: string) => seen.metrics.get(name)?.points ?? [];
  const arrives = (name: string, attributes: object) =>
    eventually(() => Promise.resolve(points(name))).toContainEqual(
      expect.objectContaining({ attributes: expect.objectContaining(attributes) as unknown }),
    );

  it('count commands by what became of them', async () => {
    await arrives('daybook.commands', { command: 'DepositMoney', outcome: 'done' });
    await arrives('daybook.commands', { command: 'WithdrawMoney', outcome: 'InsufficientFunds' });
  });

  it.each([
    ['daybook.command.duration', { command: 'CreateCustomer', outcome: 'done' }],
    ['daybook.group.size', { aggregate: 'account' }],
    ['daybook.cosmos.trips', { container: 'events', operation: 'batch' }],
    ['daybook.cosmos.request_units', { container: 'events', operation: 'batch' }],
    ['daybook.publish.delay', { by: 'publisher' }],
    ['daybook.listener.lag', { listener: 'accounts' }],
  ])('have %s', (name, attributes) => arrives(name, attributes));

  it('count conflicts', async () => {
    const other = await newAccount(app.bank, '10');
    const instance = await app.startInstance();
    bodyOf(await instance.bank.deposit(other.id, '1'));
    await instance.stop();
    bodyOf(await app.bank.deposit(other.id, '1'));
    await arrives('daybook.conflicts', { aggregate: 'account' });
  });

  it('have no others, and the units that are documented', () => {
    const ours = [...seen.metrics.values()].filter(({ name }) => name.startsWith('daybook.'));
    for (const { name, unit } of ours) expect(quantities).toHaveProperty([name, 'unit'], unit);
  });
});

it('a message that is parked is counted, and logged by its ids', async () => {
  const sender = app.serviceBus.createSender('bank-events');
  const messageId = randomUUID();
  const body = { not: 'an event' };
  await sender.sendMessages({ messageId, applicationProperties: { aggregate: 'account', ...signatureOf(body) }, body });
  await sender.close();
  await eventually(() => Promise.resolve(seen.logs)).toContainEqual(
    expect.objectContaining({
      severity: 'ERROR',
      attributes: { 'daybook.message': messageId, 'daybook.listener': 'accounts' },
    }),
  );
  await eventually(() => Promise.resolve(seen.metrics.get('daybook.parked')?.points)).toContainEqual({
    attributes: { listener: 'accounts' },
    value: 1,
  });
});

it('a view that is set aside is counted by each run of the reconciler', async () => {
  await app.cosmosFaults.inject({
    on: { operation: 'bulk', target: 'accounts' },
    times: 100_000,
    fault: { kind: 'answer', status: 429, retryAfterMs: 1 },
  });
  await app.bank.deposit(account, '1');
  await eventually(async () => {
    await app.runTimer('reconcileViews');
    return seen.metrics.get('daybook.stalled')?.points.map(({ attributes }) => attributes);
  }).toEqual([{ view: 'accounts' }]);
  await app.cosmosFaults.clear();
});

it('nothing that is sent names a person, an address or an amount', () => {
  expect(seen.text.includes(account)).toBe(true);
  const personal = [
    'Grace',
    'Hopper',
    email,
    encodeURIComponent(email),
    '7654321',
    '765432109',
    '8765432',
    '876543219',
  ];
  expect(personal.filter((text) => seen.text.includes(text))).toEqual([]);
});
