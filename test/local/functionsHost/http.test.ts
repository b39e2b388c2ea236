import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, runHost, type TestHost } from './runHost.ts';

let host: TestHost;
beforeAll(async () => {
  host = await runHost('httpApp.ts', { settings: { FIXTURE_SETTING: 'from settings' } });
});
afterAll(() => host.close());

type Echo = {
  method: string;
  url: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  params: Record<string, string>;
  body: string;
  traceParent?: string;
  triggerMetadata: unknown;
};

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${host.url}${path}`, init);
const echo = async (path: string, init?: RequestInit): Promise<Echo> => (await get(path, init)).json() as Promise<Echo>;
const textOf = async (path: string, init?: RequestInit): Promise<string> => (await get(path, init)).text();

/** Sends these bytes, and returns everything that the host answers until it closes the connection. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(host.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });

describe('what a function gets of a request', () => {
  it('is the method, the absolute URL, and the headers in lower case', async () => {
    const seen = await echo('/api/echo?x=1', { headers: { 'X-Custom': 'Value' } });
    expect(seen).toMatchObject({
      method: 'GET',
      url: `${host.url}/api/echo?x=1`,
      headers: { 'x-custom': 'Value', host: `127.0.0.1:${host.port}` },
      params: {},
      triggerMetadata: null,
    });
  });

  it('joins repeated query keys with a comma', async () =>
    expect((await echo('/api/echo?x=1&x=2&y=&z=a%20b')).query).toEqual({ x: '1,2', y: '', z: 'a b' }));

  it('is the raw bytes of the body', async () => {
    const bytes = Buffer.from([0, 1, 254, 255]);
    expect((await echo('/api/echo', { method: 'POST', body: bytes })).body).toBe(bytes.toString('base64'));
  });

  it('is no body for GET, even if one was sent', async () => {
    const answer = await raw(
      `GET /api/echo HTTP/1.1\r\nhost: localhost:${host.port}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(answer).toContain('"body":""');
  });

  it('leaves out headers without a value', async () => {
    const answer = await raw(
      `GET /api/echo HTTP/1.1\r\nhost: localhost:${host.port}\r\nx-empty:\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).not.toContain('x-empty');
  });

  it('is the trace of the caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect((await echo('/api/echo', { headers: { traceparent } })).traceParent).toBe(traceparent);
    expect((await echo('/api/echo')).traceParent).toBeUndefined();
  });

  it('does not let the path change the host of the URL', async () =>
    expect(await raw(`GET //evil/api HTTP/1.1\r\nhost: localhost:${host.port}\r\nconnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 404/,
    ));
});

describe('which function answers', () => {
  it('is the one with the most special route', async () => {
    expect(await textOf('/api/items/12')).toBe('item 12');
    expect(await textOf('/api/items/twelve')).toBe('name twelve');
    expect(await textOf('/API/Items/12/')).toBe('item 12');
  });

  it('decodes the values of parameters, but for an encoded slash', async () =>
    expect(await textOf('/api/items/a%20b%2Fc')).toBe('name a b%2Fc'));

  it('is a less special one, if the method does not fit', async () => {
    expect(await textOf('/api/items/12', { method: 'DELETE' })).toBe('nothing at items/12');
    expect(await textOf('/api/no/such/thing')).toBe('nothing at no/such/thing');
  });

  it('honours the constraint of an optional parameter', async () => {
    const id = '0192f0c1-2a3b-7c4d-8e5f-60718293a4b5';
    expect((await echo(`/api/echo/${id}`)).params).toEqual({ id });
    expect((await get('/api/echo/none')).status).toBe(404);
  });

  it('is none outside of the prefix: a 404 without a body', async () => {
    const answer = await get('/elsewhere');
    expect([answer.status, await answer.text()]).toEqual([404, '']);
  });

  it('is none for HEAD, unless it is asked for', async () => {
    const answer = await get('/api/echo', { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0);
    expect((await get('/api/items/12', { method: 'HEAD' })).status).toBe(404);
  });

  it('is listed with its route when the host is ready', () => {
    expect(host.functions).toContainEqual({
      name: 'getItem',
      trigger: 'http',
      route: 'api/items/{id:int}',
      methods: ['GET'],
    });
  });
});

describe('what a caller gets', () => {
  it('is the status, the headers and the bytes that the function returned', async () => {
    const answer = await get('/api/binary');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0, 255, 128]));
    expect((await get('/api/items', { method: 'POST' })).status).toBe(201);
  });

  it('is cookies as ASP.NET writes them', async () =>
    expect((await get('/api/cookies')).headers.getSetCookie()).toEqual([
      'a=x%20y; max-age=60; path=/; secure; samesite=strict; httponly',
      'b=2; expires=Fri, 02 Jan 1970 00:00:00 GMT; path=/p',
    ]));

  it('is no body with 204', async () => {
    const answer = await get('/api/noContent');
    expect([answer.status, await answer.text()]).toEqual([204, '']);
  });

  it.each(['throws', 'notAnObject', 'badStatus', 'refusedByHook'])('is a bare 500 from %s', async (name) => {
    const answer = await get(`/api/${name}`);
    expect([answer.status, await answer.text()]).toEqual([500, '']);
  });

  it.each(['nothing', 'throwsNothing'])('is an empty 200 from %s', async (name) => {
    const answer = await get(`/api/${name}`);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('is 400 for a host that is none', async () =>
    expect(await raw('GET /api/echo HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/));

  it.each(['/api/echo', '/api/no/such/thing'])(
    'is a bare 404 for TRACE, which no function can take: %s',
    async (path) => {
      const answer = await raw(`TRACE ${path} HTTP/1.1\r\nhost: localhost:${host.port}\r\nconnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 404 .*\r\n\r\n$/s);
    },
  );

  it.each([`x-long: ${'x'.repeat(20_000)}`, 'x-many: x\r\n'.repeat(2_000).trim()])(
    'is a bare 431 for headers of more than 16 KiB',
    async (header) => {
      const answer = await raw(`GET /api/echo HTTP/1.1\r\nhost: localhost:${host.port}\r\n${header}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 431 .*\r\n\r\n$/s);
    },
  );

  it('is 413 for a body that says it is over 100 MB, before it is sent', () =>
    new Promise<void>((resolve, reject) => {
      const request = httpRequest(`${host.url}/api/echo`, {
        method: 'POST',
        headers: { 'content-length': 104_857_601 },
      });
      request.on('response', (response) => {
        expect(response.statusCode).toBe(413);
        request.destroy();
        resolve();
      });
      request.on('error', reject);
      request.flushHeaders();
    }));
});

describe('a host with a limit of bodies', () => {
  let limited: TestHost;
  beforeAll(async () => {
    limited = await runHost('httpApp.ts', { settings: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' } });
  });
  afterAll(() => limited.close());

  it.each([
    ['1000 bytes', 1_000, 200],
    ['1001 bytes', 1_001, 413],
  ])('answers %s, with or without their length, by %s', async (_, bytes, status) => {
    const body = Buffer.alloc(bytes);
    const streamed: RequestInit = { method: 'POST', body: new Blob([body]).stream(), duplex: 'half' };
    for (const init of [{ method: 'POST', body }, streamed]) {
      expect((await fetch(`${limited.url}/api/echo`, init)).status).toBe(status);
    }
  });

  it.each([
    ['as soon as its length is known', { 'content-length': 1_000_000 }, ''],
    ['as soon as more than the limit has come', {}, 'x'.repeat(1_001)],
  ])(
    'answers 413 to a longer one %s',
    (_, headers, begun) =>
      new Promise<void>((resolve, reject) => {
        const upload = httpRequest(`${limited.url}/api/echo`, { method: 'POST', headers });
        upload.on('response', ({ statusCode }) => {
          expect(statusCode).toBe(413);
          upload.destroy();
          resolve();
        });
        upload.on('error', reject);
        upload.write(begun);
        upload.flushHeaders();
      }),
  );
});

describe('hooks', () => {
  it('run at the start, before any function', async () =>
    expect(await (await get('/api/seen')).json()).toEqual(['appStart']));

  it('may change what goes into a function', async () => expect(await textOf('/api/hooked')).toBe('changed by a hook'));

  it('may turn a failure into a success', async () => {
    const answer = await get('/api/rescued');
    expect([answer.status, await answer.text()]).toEqual([418, 'rescued from: trouble']);
  });
});

describe('the host', () => {
  it('gives the app its settings as environment', async () =>
    expect(await (await get('/api/setting')).json()).toEqual({ value: 'from settings' }));

  it('lets nothing register after the start', async () =>
    expect(await textOf('/api/late')).toContain('A function can only be registered during app startup.'));

  it('logs each invocation with its outcome, and what the function logs with its level', async () => {
    const answer = await get('/api/logs');
    await answer.text();
    const entries = await eventually(() => {
      const found = host.log.filter((entry) => entry.functionName === 'logs');
      return found.length >= 3 && found;
    }, 'three entries of the log');
    expect(entries.map(({ level, message }) => [level, message.replace(/\d+ ms/, 'n ms')])).toEqual([
      ['information', 'plain { a: 1 }'],
      ['warning', 'careful'],
      ['information', '200 n ms, GET /api/logs'],
    ]);
    expect(new Set(entries.map((entry) => entry.invocationId)).size).toBe(1);
  });

  it('logs why a function failed', async () => {
    await get('/api/throws');
    const entry = await eventually(() => host.log.find(({ functionName }) => functionName === 'throws'), 'the failure');
    expect(entry).toMatchObject({ level: 'error' });
    expect(entry.message).toMatch(/^500 \d+ ms, GET \/api\/throws: Error: broken on purpose\n.*httpApp\.ts/s);
  });

  it('survives clients that go away', async () => {
    const upload = httpRequest(`${host.url}/api/echo`, { method: 'POST', headers: { 'content-length': 1000 } });
    upload.on('error', () => undefined);
    await new Promise<void>((resolve) => upload.write('x', () => resolve()));
    upload.destroy();
    const waiting = new AbortController();
    const slow = get('/api/slow', { signal: waiting.signal });
    setImmediate(() => waiting.abort());
    await expect(slow).rejects.toThrow();
    expect((await get('/api/echo')).status).toBe(200);
  });
});
