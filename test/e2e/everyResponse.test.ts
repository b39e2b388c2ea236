import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { newAccount, type Reply } from '../support/e2eBank.ts';

const app = appOfThisFile();

describe('every response', () => {
  const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
  const all = async (headers: Record<string, string>): Promise<Reply[]> => {
    const { id } = await newAccount(app.bank);
    return Promise.all([
      app.bank.get('/health', {}, headers),
      app.bank.get('/openapi.json', {}, headers),
      app.bank.customers({}, headers),
      app.bank.account(id, {}, headers),
      app.bank.account(id, {}, { ...headers, 'if-none-match': '*' }),
      app.bank.account(randomUUID(), {}, headers),
      app.bank.deposit(id, '1', {}, headers),
      app.bank.deposit(id, '-1', {}, headers),
      app.bank.get('/nowhere', {}, headers),
      app.bank.post('/health', {}, headers),
    ]);
  };

  it('has a traceparent of its own', async () => {
    const seen = (await all({})).map(({ headers }) => headers.get('traceparent') ?? '');
    for (const value of seen) expect(value).toMatch(traceparent);
    expect(new Set(seen.map((value) => traceparent.exec(value)?.[1])).size).toBe(seen.length);
  });

  it('is kept by nobody, shown by no page, and taken for nothing else', async () => {
    for (const { headers } of await all({})) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/) as string,
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('allows no page of another origin to read it', async () => {
    const origin = 'https://elsewhere.example';
    const preflight = await app.bank.request('/api/customers', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
    for (const { headers } of [preflight, ...(await all({ origin }))]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('continues the traceparent that came with the request', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    for (const flags of ['00', '01']) {
      for (const reply of await all({ traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` })) {
        const match = traceparent.exec(reply.headers.get('traceparent') ?? '');
        expect(match?.[1]).toBe(traceId);
        expect(match?.[2]).not.toBe('00f067aa0ba902b7');
        expect(match?.[3]).toBe(flags);
      }
    }
  });

  it.each([
    'rubbish',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  ])('begins a new trace where the one that came is none: %s', async (given) => {
    const reply = await app.bank.get('/health', {}, { traceparent: given });
    const match = traceparent.exec(reply.headers.get('traceparent') ?? '');
    expect(match?.[1]).toMatch(/[1-9a-f]/);
    expect(match?.[1]).not.toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });
});

describe('health', () => {
  it('is the state of each service behind', async () => {
    const reply = await app.bank.get('/health');
    expect(reply).toMatchObject({ status: 200, body: { services: { cosmos: 'up', serviceBus: 'up' } } });
  });
});

describe('the gaps between events and views', () => {
  it('are none where all is well', async () => {
    await newAccount(app.bank, '1');
    expect(await app.bank.get('/ops/gaps')).toMatchObject({ status: 200, body: { items: [] } });
  });
});
