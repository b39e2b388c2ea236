import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRoot, runHost, type TestHost } from './runHost.ts';

const withoutPrefix = (): Promise<string> => appRoot({ extensions: { http: { routePrefix: '' } } });

describe('without a route prefix, a function', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await runHost('rootApp.ts', { appRoot: await withoutPrefix() });
  });
  afterAll(() => host.close());

  const answerTo = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const response = await fetch(`${host.url}${path}`, { method });
    return [response.status, await response.text()];
  };

  it('answers below /', async () => expect(await answerTo('/api/one')).toEqual([200, 'one']));

  it('takes / by a parameter that may only be empty', async () => {
    expect(await answerTo('/')).toEqual([200, 'the front page']);
    expect(await answerTo('/?x=1')).toEqual([200, 'the front page']);
    expect(await answerTo('/other')).toEqual([404, 'nothing at other']);
  });

  it('takes / as a catch-all, too, for what the front page does not', async () =>
    expect(await answerTo('/', 'POST')).toEqual([404, 'nothing at /']));

  it('does not take / by an empty route, which stands for its name', async () =>
    expect(await answerTo('/unnamed')).toEqual([200, 'at its name']));

  // [believed]
  it('may have a route that begins with a slash', async () =>
    expect(await answerTo('/with/slash')).toEqual([200, 'with a slash']));

  it.each(['/admin/nothing', '/ADMIN', '/runtime', '/runtime/webhooks/x', '/%61dmin/nothing', '/Runtime/'])(
    'is not reached by %s, which is the host’s own',
    async (path) => expect(await answerTo(path)).toEqual([404, '']),
  );

  it('answers paths that only begin like those of the host', async () =>
    expect(await answerTo('/runtimes')).toEqual([404, 'nothing at runtimes']));

  it('is left out if its route begins with one of those words', () => {
    expect(host.log.map(({ message }) => message)).toContain(
      'administrators is skipped: the route administrators is one that Azure keeps for itself.',
    );
    expect(host.functions.map(({ name }) => name)).not.toContain('administrators');
  });

  it('is listed with its full route', () =>
    expect(host.functions).toContainEqual({
      name: 'front',
      trigger: 'http',
      route: '{ignored:maxlength(0)?}',
      methods: ['GET'],
    }));
});

describe.concurrent('where no function takes /, the host', () => {
  const rootOf = async (settings: Record<string, string>, root?: string, method = 'GET') => {
    const host = await runHost('commonJs.cjs', { settings, ...(root !== undefined && { appRoot: root }) });
    const response = await fetch(host.url, { method });
    const text = await response.text();
    await host.close();
    return { status: response.status, type: response.headers.get('content-type'), text };
  };

  it.each([
    ['with', undefined],
    ['without', withoutPrefix],
  ])('shows its home page, %s a prefix', async (_, root) => {
    const { status, type, text } = await rootOf({}, await root?.());
    expect([status, type]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('The function app is running');
  });

  it('shows it to HEAD without its text, and to every other method', async () => {
    expect(await rootOf({}, undefined, 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect(await rootOf({}, undefined, 'POST')).toMatchObject({ status: 200 });
  });

  it.each(['true', 'True'])('answers 204 if AzureWebJobsDisableHomepage is %s', async (value) =>
    expect(await rootOf({ AzureWebJobsDisableHomepage: value })).toMatchObject({ status: 204, type: null, text: '' }),
  );

  it.each(['false', '1'])('shows the page if AzureWebJobsDisableHomepage is %s', async (value) =>
    expect(await rootOf({ AzureWebJobsDisableHomepage: value })).toMatchObject({ status: 200 }),
  );
});
