import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times, type Page, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { answering, startReceiver, verified } from '../support/webhookReceiver.ts';

const app = appOfThisFile({ env: { LISTENERS: 'webhooks' } });

type Webhook = { readonly id: string; readonly secret: string; readonly createdAt: string };
type Delivery = { readonly id: string; readonly eventId: string; readonly status: string; readonly attempts: number };

const create = (body: object, headers = {}) => app.bank.post('/webhooks', body, headers) as Promise<Reply<Webhook>>;
const send = (method: 'PATCH' | 'DELETE', id: string, body?: object, headers = {}) =>
  app.bank.request(`/api/webhooks/${id}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
const deliveriesOf = async (id: string, query = {}) =>
  bodyOf((await app.bank.get(`/webhooks/${id}/deliveries`, query)) as Reply<Page<Delivery>>).items;
const someId = randomUUID();

describe('a webhook', () => {
  it('is told of what happens after it was created, and what it was told of is listed', async () => {
    const receiver = await startReceiver();
    const before = await newAccount(app.bank);
    const created = await create({ url: receiver.url, types: ['AccountOpened'], description: 'Bookkeeping' });
    expect(created).toMatchObject({
      status: 201,
      body: { url: receiver.url, types: ['AccountOpened'], description: 'Bookkeeping', status: 'enabled' },
    });
    const { id, secret } = created.body;
    expect(created.headers.get('location')).toBe(`/api/webhooks/${id}`);
    const account = await newAccount(app.bank, '5.00');
    await eventually(() => Promise.resolve(receiver.ids())).toEqual([`${account.id}:1`]);
    const [message] = receiver.received;
    if (!message) throw new Error('There is a message');
    expect(verified(secret, message)).toMatchObject({ type: 'AccountOpened', aggregateid: account.id });
    await eventually(() => deliveriesOf(id)).toMatchObject([
      {
        id: `${id}:${account.id}:1`,
        eventId: `${account.id}:1`,
        type: 'AccountOpened',
        status: 'succeeded',
        attempts: 1,
      },
    ]);
    expect(await deliveriesOf(id, { status: 'failed' })).toEqual([]);

    const retried = await app.bank.post(`/webhooks/${id}/deliveries/${id}:${account.id}:1/retry`, {});
    expect(retried.status).toBe(202);
    await eventually(() => Promise.resolve(receiver.ids())).toEqual([`${account.id}:1`, `${account.id}:1`]);
    const replay = (await app.bank.post(`/webhooks/${id}/replay`, { from: '2020-01-01T00:00:00Z' })) as Reply<{
      operationId: string;
    }>;
    expect(replay.status).toBe(202);
    await eventually(() => Promise.resolve(receiver.ids())).toContain(`${before.id}:1`);
    await eventually(() => app.bank.get(`/ops/operations/${replay.body.operationId}`)).toMatchObject({
      body: { kind: 'replay', subject: `webhook:${id}`, status: 'succeeded' },
    });
    await eventually(async () => (await deliveriesOf(id, { status: 'pending' })).length).toBe(0);
    expect(receiver.received.every(({ body }) => body.includes('"AccountOpened"'))).toBe(true);
  });

  it('is answered with an ETag, as are its deliveries and the list: 304 while nothing changes', async () => {
    const { id } = bodyOf(await create({ url: 'https://receiver.example/', types: ['RateSet'] }));
    for (const path of ['/webhooks', `/webhooks/${id}`, `/webhooks/${id}/deliveries`]) {
      const first = await app.bank.get(path);
      const headers = { 'if-none-match': String(first.headers.get('etag')) };
      expect([first.status, (await app.bank.get(path, {}, headers)).status]).toEqual([200, 304]);
    }
    const before = String((await app.bank.get(`/webhooks/${id}`)).headers.get('etag'));
    await send('PATCH', id, { types: [] });
    expect((await app.bank.get(`/webhooks/${id}`, {}, { 'if-none-match': before })).status).toBe(200);
  });

  it('is tried again some seconds after a failed try', async () => {
    const receiver = await startReceiver((response, received) => {
      answering(500)(response, received);
      receiver.behave(answering(200));
    });
    const { id } = bodyOf(await create({ url: receiver.url, types: ['AccountOpened'] }));
    await newAccount(app.bank);
    await eventually(() => deliveriesOf(id)).toMatchObject([{ status: 'pending', attempts: 1, lastStatus: 500 }]);
    await eventually(() => deliveriesOf(id)).toMatchObject([{ status: 'succeeded', attempts: 2 }]);
    expect((await app.bank.get(`/webhooks/${id}`)).body).toMatchObject({ status: 'enabled', id });
  });

  it('is created once for a key, and shows its secret once', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await create({ url: 'https://example.com/hook' }, key);
    await send('PATCH', first.body.id, { description: 'changed' });
    const again = await create({ url: 'https://example.com/hook' }, key);
    const { secret, ...shown } = first.body;
    expect(secret).toMatch(/^whsec_/);
    expect(again).toMatchObject({ status: 201, body: { ...shown, secretShown: false, description: null, types: [] } });
    expect(again.body).not.toHaveProperty('secret');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expectProblem(await create({ url: 'https://example.com/other' }, key), 422, 'IdempotencyKeyReused');

    const rotate = () => app.bank.post(`/webhooks/${first.body.id}/secret`, {}, key);
    const rotated = bodyOf((await rotate()) as Reply<{ secret: string; formerUntil: string }>);
    expect((await rotate()).body).toEqual({ formerUntil: rotated.formerUntil, secretShown: false });
    for (const path of ['/webhooks', `/webhooks/${first.body.id}`, `/webhooks/${first.body.id}/deliveries`]) {
      expect((await app.bank.get(path)).text).not.toContain('whsec_');
    }
    const { resources } = await app.database.container('webhooks').items.readAll().fetchAll();
    for (const { secret: shownOnce } of [first.body, rotated])
      expect(JSON.stringify(resources) + app.log()).not.toContain(shownOnce.slice('whsec_'.length));
  });

  it('has the id that its page shows, from the key', async () => {
    const page = await readFile('docs/webhooks.md', 'utf8');
    const { body, headers } = await create(
      { url: 'https://example.com/hook', types: ['MoneyDeposited'] },
      { 'idempotency-key': 'bookkeeping' },
    );
    expect(page).toContain(`"id":"${body.id}"`);
    expect(page).toContain(`location: ${headers.get('location') ?? ''}`);
  });

  it('is changed once for a key, and a repeat gets the first answer, whatever happened in between', async () => {
    const { id } = bodyOf(await create({ url: 'https://example.com/hook' }));
    const key = { 'idempotency-key': randomUUID() };
    const off = { status: 'disabled', description: 'Not now' };
    const first = await send('PATCH', id, off, key);
    expect(first).toMatchObject({ status: 200, body: { ...off, reason: 'operator' } });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    await send('PATCH', id, { status: 'enabled' });
    const again = await send('PATCH', id, off, key);
    expect(again).toMatchObject({ status: 200, text: first.text });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await app.bank.get(`/webhooks/${id}`)).body).toMatchObject({ status: 'enabled' });

    for (const other of [
      await send('PATCH', id, { status: 'enabled' }, key),
      await send('DELETE', id, undefined, key),
      await app.bank.post(`/webhooks/${id}/secret`, {}, key),
      await app.bank.post(`/webhooks/${id}/test`, {}, key),
      await app.bank.post(`/webhooks/${id}/retry?since=2020-01-01T00:00:00Z`, {}, key),
      await app.bank.post(`/webhooks/${id}/replay`, { from: '2020-01-01T00:00:00Z' }, key),
    ])
      expectProblem(other, 422, 'IdempotencyKeyReused');
    // A key belongs to one webhook.
    const { id: another } = bodyOf(await create({ url: 'https://example.com/hook' }));
    expect((await send('PATCH', another, { status: 'disabled' }, key)).status).toBe(200);
    expectProblem(await send('PATCH', someId, off, { 'idempotency-key': randomUUID() }), 404, 'NotFound');
  });

  it('is changed once by ten requests of one key at once', async () => {
    const { id } = bodyOf(await create({ url: 'https://example.com/hook' }));
    const key = { 'idempotency-key': randomUUID() };
    const replies = await times(10, () => send('PATCH', id, { description: 'Once' }, key));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    const firsts = replies.filter(({ headers }) => headers.get('idempotency-replayed') === null);
    expect(firsts).toHaveLength(1);
  });

  it('is deleted, tested, retried and replayed to once for a key', async () => {
    const receiver = await startReceiver();
    const { id } = bodyOf(await create({ url: receiver.url }));
    const key = () => ({ 'idempotency-key': randomUUID() });
    const [forTest, forRetry, forReplay, forEnd] = [key(), key(), key(), key()];
    const test = () => app.bank.post(`/webhooks/${id}/test`, {}, forTest);
    const retry = (since: string) => app.bank.post(`/webhooks/${id}/retry?since=${since}`, {}, forRetry);
    const [tested, retried] = [await test(), await retry('2020-01-01T00:00:00Z')];
    expect(await test()).toMatchObject({ status: 200, text: tested.text });
    expect(receiver.received).toHaveLength(1);
    expect(await retry('2020-01-01T00:00:00Z')).toMatchObject({ status: 202, text: retried.text });
    expectProblem(await retry('2021-01-01T00:00:00Z'), 422, 'IdempotencyKeyReused');
    // There are no events as late as that.
    const replay = (from: string) => app.bank.post(`/webhooks/${id}/replay`, { from }, forReplay);
    const replays = await times(5, () => replay('2999-01-01T00:00:00Z'));
    expect(new Set(replays.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replays.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expectProblem(await replay('2998-01-01T00:00:00Z'), 422, 'IdempotencyKeyReused');
    expect((await send('DELETE', id, undefined, forEnd)).status).toBe(204);
    const again = await send('DELETE', id, undefined, forEnd);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([204, 'true']);
    expectProblem(await send('DELETE', id, undefined, key()), 404, 'NotFound');
    // Of what was done before its end, too.
    expect((await test()).status).toBe(200);
    const replayed = await replay('2999-01-01T00:00:00Z');
    expect(replayed).toMatchObject({ status: 202, text: replays[0]?.text });
    expect(replayed.headers.get('location')).toBe(replays[0]?.headers.get('location'));
  });

  it('is changed, tested, disabled and deleted', async () => {
    const receiver = await startReceiver(answering(418));
    const { id } = bodyOf(await create({ url: receiver.url }));
    const tested = () => app.bank.post(`/webhooks/${id}/test`, {});
    expect(await tested()).toMatchObject({ status: 200, body: { status: 'failed', lastStatus: 418 } });
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ type: 'WebhookTest' });
    receiver.behave(answering(200));
    expect((await tested()).body).toMatchObject({ status: 'succeeded', ms: expect.any(Number) as number });
    const changed = await send('PATCH', id, { types: ['RateSet'], description: null, status: 'disabled' });
    expect(changed).toMatchObject({
      status: 200,
      body: { types: ['RateSet'], status: 'disabled', reason: 'operator' },
    });
    for (const path of [`retry?since=2020-01-01T00:00:00Z`, `deliveries/${id}:${someId}:1/retry`])
      expectProblem(await app.bank.post(`/webhooks/${id}/${path}`, {}), 409, 'WebhookDisabled');
    expectProblem(
      await app.bank.post(`/webhooks/${id}/replay`, { from: '2020-01-01T00:00:00Z' }),
      409,
      'WebhookDisabled',
    );
    expect((await send('PATCH', id, { status: 'enabled' })).body).not.toHaveProperty('reason');
    expect((await app.bank.post(`/webhooks/${id}/retry?since=2020-01-01T00:00:00Z`, {})).body).toEqual({ retried: 0 });
    expectProblem(await app.bank.post(`/webhooks/${id}/deliveries/${id}:${someId}:1/retry`, {}), 404, 'NotFound');
    expect((await send('DELETE', id)).status).toBe(204);
    for (const gone of [await send('DELETE', id), await app.bank.get(`/webhooks/${id}`), await tested()])
      expectProblem(gone, 404, 'NotFound');
  });

  it.each([
    [{ url: 'OWN' }, '/url'],
    [{ url: 'https://user:word@example.com' }, '/url'],
    [{ url: 'http://192.168.1.1/' }, '/url'],
    [{ url: 'http://0xa9fea9fe/' }, '/url'],
    [{ url: 'rubbish' }, '/url'],
    [{ url: 'https://example.com', types: ['Rubbish'] }, '/types/0'],
    [{ url: 'https://example.com', types: ['RateSet', 'RateSet'] }, '/types'],
    [{}, '/url'],
  ])('is refused where it is %j', async (body, pointer) => {
    const own = 'url' in body && body.url === 'OWN' ? { url: `${app.origin}/api/health` } : body;
    const refused = await create(own);
    expectProblem(refused, 400, 'InvalidRequest');
    expect(refused.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('is nowhere where webhooks are off', async () => {
    const off = await app.startInstance({ env: { LISTENERS: '' } });
    for (const path of ['/webhooks', `/webhooks/${someId}`, `/webhooks/${someId}/deliveries`])
      expectProblem(await off.bank.get(path), 404, 'NotFound');
    expectProblem(await off.bank.post('/webhooks', { url: 'https://example.com' }), 404, 'NotFound');
    expect((await off.bank.get('/openapi.json')).text).not.toContain('createWebhook');
    await off.stop();
  });
});
