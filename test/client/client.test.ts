import { describe, expect, it } from 'vitest';
import { createApiClient } from '../../client/client.ts';

type Step = Response | 'lost';

/** A client whose requests meet one step after the other, and what it sent. */
const clientThatMeets = (...steps: readonly Step[]) => {
  const sent: Request[] = [];
  const client = createApiClient({
    url: 'http://bank.example',
    token: 't',
    fetch(request) {
      const step = steps[sent.length];
      sent.push(request);
      return step instanceof Response ? Promise.resolve(step) : Promise.reject(new TypeError('lost'));
    },
  });
  return { client, sent };
};
const busy = (status: number) => new Response('{}', { status, headers: { 'retry-after': '0' } });
const done = () => Response.json({ id: 'a', version: 1, position: 'a:1' }, { status: 201 });

const params = { path: { id: 'a' } };
const body = { amount: '1.00', currency: 'EUR' } as const;
const deposit = '/api/accounts/{id}/deposits';
const keysOf = (sent: readonly Request[]) => sent.map(({ headers }) => headers.get('idempotency-key'));

describe('a command', () => {
  it('is repeated with the same key and body until the app has answered', async () => {
    const { client, sent } = clientThatMeets(busy(503), 'lost', busy(429), done());
    expect((await client.POST(deposit, { params, body })).response.status).toBe(201);
    expect(new Set(keysOf(sent))).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{32}$/) as string]));
    expect(await Promise.all(sent.map((request) => request.text()))).toEqual(Array(4).fill(JSON.stringify(body)));
  });

  it('is repeated where it sets something, also below /ops', async () => {
    const { client, sent } = clientThatMeets(busy(503), Response.json({ version: 1, position: 'a:1' }));
    const pair = { path: { pair: 'EUR-USD' } };
    const { data } = await client.PUT('/api/ops/fx/rates/{pair}', {
      params: pair,
      body: { rate: '1.0842', source: 'ECB' },
    });
    expect(data).toEqual({ version: 1, position: 'a:1' });
    expect(new Set(keysOf(sent))).toEqual(new Set([expect.stringMatching(/^[0-9a-f]{32}$/) as string]));
    expect(sent.map(({ headers }) => headers.get('content-type'))).toEqual(['application/json', 'application/json']);
  });

  it('has a key and its type also where it changes or deletes something', async () => {
    const { client, sent } = clientThatMeets(Response.json({}), new Response(null, { status: 204 }));
    await client.PATCH('/api/webhooks/{id}', { params, body: { status: 'disabled' } });
    await client.DELETE('/api/webhooks/{id}', { params });
    expect(sent.map(({ headers }) => headers.get('content-type'))).toEqual(['application/json', 'application/json']);
    expect(new Set(keysOf(sent)).size).toBe(2);
    expect(keysOf(sent)).not.toContain(null);
  });

  it('has no key where it ends work of operators', async () => {
    const { client, sent } = clientThatMeets(new Response(null, { status: 204 }));
    await client.DELETE('/api/ops/operations/{operationId}', { params: { path: { operationId: 'a' } } });
    expect(keysOf(sent)).toEqual([null]);
  });

  it('keeps the key that the caller gives it', async () => {
    const { client, sent } = clientThatMeets(busy(503), done());
    await client.POST(deposit, { params: { ...params, header: { 'idempotency-key': 'rent' } }, body });
    expect(keysOf(sent)).toEqual(['rent', 'rent']);
  });

  it.each(['if-match', 'idempotency-key'])(
    'is not sent with an empty %s, which the app would never see',
    async (name) => {
      const { client, sent } = clientThatMeets(done());
      const header = { [name]: '' };
      await expect(client.POST(deposit, { params: { ...params, header }, body })).rejects.toThrow(`${name} is empty`);
      expect(sent).toEqual([]);
    },
  );

  it('is not repeated once it was refused', async () => {
    const { client, sent } = clientThatMeets(Response.json({ code: 'InsufficientFunds' }, { status: 422 }));
    const { error, response } = await client.POST(deposit, { params, body });
    expect({ error, status: response.status, times: sent.length }).toEqual({
      error: { code: 'InsufficientFunds' },
      status: 422,
      times: 1,
    });
  });

  it('fails as it did the last time, after four repeats', async () => {
    const { client, sent } = clientThatMeets(...Array.from({ length: 5 }, () => busy(503)));
    expect((await client.POST(deposit, { params, body })).response.status).toBe(503);
    expect(sent).toHaveLength(5);
  });

  it('is given up where the caller gives up', async () => {
    const { client, sent } = clientThatMeets(
      new Response('{}', { status: 503, headers: { 'retry-after': '60' } }),
      done(),
    );
    const answered = client.POST(deposit, { params, body, signal: AbortSignal.timeout(20) });
    await expect(answered).rejects.toThrow(/abort|time/i);
    expect(sent).toHaveLength(1);
  });
});

describe('what operators begin', () => {
  it('has no key, and is sent once', async () => {
    const { client, sent } = clientThatMeets(busy(503), done());
    const path = '/api/ops/projections/{name}/rebuild';
    await client.POST(path, { params: { path: { name: 'accounts' } } });
    expect(keysOf(sent)).toEqual([null]);
    expect(sent[0]?.headers.get('content-type')).toBe('application/json');
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer t');
  });
});
