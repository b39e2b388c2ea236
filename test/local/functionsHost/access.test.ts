import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../launcher/temporaryFolder.ts';
import { appRoot, eventually, runHost, type TestHost } from './runHost.ts';

const keyFile = async (content: object): Promise<string> => {
  const path = join(await temporaryFolder(), 'keys.json');
  await writeFile(path, JSON.stringify(content));
  return path;
};

const withSettings = (Host: object): Promise<string> => appRoot({}, { Host });

describe('an app whose callers need keys', () => {
  let host: TestHost;
  beforeAll(async () => {
    const keys = await keyFile({
      master: 'the master',
      host: { default: 'of the host' },
      functions: { KEYED: { default: 'of keyed', second: 'also of keyed' } },
    });
    host = await runHost('accessApp.ts', { keys });
  });
  afterAll(() => host.close());

  const statusOf = async (path: string, key?: string, method = 'GET'): Promise<number> => {
    const headers = key === undefined ? {} : { 'x-functions-key': key };
    return (await fetch(`${host.url}${path}`, { headers, method })).status;
  };

  it.each([
    ['/api/open', undefined, 200],
    ['/api/open', 'no key at all', 200],
    ['/api/things/1', undefined, 401],
    ['/api/things/1', 'no key at all', 401],
    ['/api/things/1', 'of keyed', 200],
    ['/api/things/1', 'also of keyed', 200],
    ['/api/things/1', 'of the host', 200],
    ['/api/things/1', 'the master', 200],
    ['/api/other', 'of keyed', 401],
    ['/api/other', 'of the host', 200],
    ['/api/guarded', 'of the host', 401],
    ['/api/guarded', 'the master', 200],
    ['/admin/host/ping', undefined, 200],
    ['/admin/host/status', undefined, 401],
    // [believed]
    ['/admin/functions', 'of the host', 403],
    ['/admin/functions', 'the master', 200],
  ])('answers %s with key %s by %i', async (path, key, status) => expect(await statusOf(path, key)).toBe(status));

  it('takes the key of the query, unless a header has one', async () => {
    expect(await statusOf('/api/things/1?code=of%20keyed')).toBe(200);
    expect(await statusOf('/api/things/1?code=of%20keyed', 'wrong')).toBe(401);
  });

  it('refuses without a body, and before it has read one', async () => {
    const answer = await fetch(`${host.url}/api/things/1`);
    expect(await answer.text()).toBe('');
    expect(await statusOf('/admin/functions/tick', undefined, 'POST')).toBe(401);
  });

  it.each([
    [{ host: { default: 'a' } }, 'master'],
    [{ master: '' }, 'master'],
    [{ master: 'a', hosts: {} }, 'Unrecognized key: "hosts"'],
  ])('does not start with the file %j', async (content, reason) =>
    expect(runHost('accessApp.ts', { keys: await keyFile(content) })).rejects.toThrow(reason),
  );

  it('does not start without the file', () =>
    expect(runHost('accessApp.ts', { keys: '/nowhere.json' })).rejects.toThrow('The keys cannot be read'));
});

describe('the admin endpoints', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await runHost('accessApp.ts');
  });
  afterAll(() => host.close());

  const post = (name: string, body: string): Promise<Response> =>
    fetch(`${host.url}/admin/functions/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  it('list the functions with their bindings', async () => {
    const listed = (await (await fetch(`${host.url}/admin/functions`)).json()) as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(['open', 'keyed', 'other', 'guarded', 'tick']);
    expect(listed[1]).toMatchObject({
      href: `${host.url}/admin/functions/keyed`,
      invoke_url_template: `${host.url}/api/things/{id}`,
      language: 'node',
      config: { bindings: [{ type: 'httpTrigger', direction: 'in', route: 'things/{id}', authLevel: 'function' }, {}] },
    });
    expect(await (await fetch(`${host.url}/admin/functions/TICK`)).json()).toEqual(listed[4]);
    expect((await fetch(`${host.url}/admin/functions/none`)).status).toBe(404);
  });

  it('say how the host is', async () => {
    const status = await (await fetch(`${host.url}/admin/host/status`)).json();
    expect(status).toMatchObject({ state: 'Running', processUptime: expect.any(Number) as number });
    expect((await fetch(`${host.url}/admin/host/ping`, { method: 'POST' })).status).toBe(200);
    expect((await fetch(`${host.url}/admin/host/else`)).status).toBe(404);
    expect((await fetch(`${host.url}/admin`)).status).toBe(404);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', undefined])(
    'run nothing for a form, or anything else of the type %s that pages send without asking',
    async (type) => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const body = Buffer.from('{ "input": "" }');
      const answer = await fetch(`${host.url}/admin/functions/tick`, { method: 'POST', headers, body });
      expect(answer.status).toBe(415);
      expect(host.sent).toEqual([]);
    },
  );

  it.each([
    [{ AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'api' }, undefined, 401],
    [{ AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'api' }, 'the master', 200],
    [{ AUTH_ISSUER: '' }, undefined, 200],
  ])('with the settings %j and the key %s are answered %i', async (settings, key, status) => {
    const options = key === undefined ? {} : { keys: await keyFile({ master: key }) };
    const other = await runHost('accessApp.ts', { settings, ...options });
    const headers: Record<string, string> = key === undefined ? {} : { 'x-functions-key': key };
    expect((await fetch(`${other.url}/admin/functions`, { headers })).status).toBe(status);
    // Functions ask for keys themselves.
    expect((await fetch(`${other.url}/api/open`)).status).toBe(200);
    await other.close();
  });

  it('run a timer once', async () => {
    const answer = await post('tick', '{ "input": "" }');
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    const tick = await eventually(() => host.sent.find(({ type }) => type === 'tick'), 'the run');
    expect(tick.timer).toMatchObject({ isPastDue: false, scheduleStatus: null });
  });

  it.each([
    ['tick', 'rubbish', 400],
    ['tick', '{ "input": 7 }', 400],
    ['open', '{ "input": "" }', 400],
    ['none', '{ "input": "" }', 404],
  ])('answer a POST for %s with %s by %i', async (name, body, status) =>
    expect((await post(name, body)).status).toBe(status),
  );
});

describe('a page of another origin', () => {
  const preflight = (url: string, origin: string): Promise<Response> =>
    fetch(`${url}/api/open`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-a, x-b' },
    });
  const corsOf = ({ headers }: Response): Record<string, string> =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

  it('is refused unless the settings allow it', async () => {
    const host = await runHost('accessApp.ts');
    const answer = await preflight(host.url, 'http://localhost:3000');
    expect([answer.status, corsOf(answer)]).toEqual([403, {}]);
    await host.close();
  });

  it('may call the app if it is among the origins of the settings, with credentials if they say so', async () => {
    const Host = { CORS: 'http://localhost:3000/, https://daybook.example', CORSCredentials: true };
    const host = await runHost('accessApp.ts', { appRoot: await withSettings(Host) });
    const allowed = {
      'access-control-allow-origin': 'https://daybook.example',
      'access-control-allow-credentials': 'true',
    };
    const asked = await preflight(host.url, 'https://daybook.example');
    expect([asked.status, corsOf(asked), asked.headers.get('vary')]).toEqual([
      204,
      { ...allowed, 'access-control-allow-methods': 'PUT', 'access-control-allow-headers': 'x-a, x-b' },
      'Origin',
    ]);
    const called = await fetch(`${host.url}/api/open`, { headers: { origin: 'https://daybook.example' } });
    expect([await called.text(), corsOf(called)]).toEqual(['open', allowed]);
    const stranger = await preflight(host.url, 'http://evil.example');
    expect([stranger.status, corsOf(stranger)]).toEqual([403, {}]);
    const forTheHost = await fetch(`${host.url}/admin/functions`, { headers: { origin: 'https://daybook.example' } });
    expect(forTheHost.status).toBe(403);
    await host.close();
  });

  it('may be any if the settings say "*", and sees refusals, too', async () => {
    const keys = await keyFile({ master: 'm' });
    const host = await runHost('accessApp.ts', { keys, appRoot: await withSettings({ CORS: '*' }) });
    const refused = await fetch(`${host.url}/api/other`, { headers: { origin: 'http://a.example' } });
    expect([refused.status, corsOf(refused)]).toEqual([401, { 'access-control-allow-origin': '*' }]);
    await host.close();
  });

  it.each([
    [{ CORS: '*', CORSCredentials: true }, 'needs origins by name'],
    [{ CORS: 'localhost' }, '"localhost" in Host.CORS is no origin'],
  ])('cannot be set up by %j', async (Host, reason) =>
    expect(runHost('accessApp.ts', { appRoot: await withSettings(Host) })).rejects.toThrow(reason),
  );
});
