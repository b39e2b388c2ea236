import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, phone } from '../support/chromium.ts';
import { appOfThisFile } from '../support/e2eApp.ts';

const app = appOfThisFile();
const browser = browserOfThisFile();

/** Without what `fetch` does on its own: it asks for gzip, and unpacks it. */
const raw = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  new Promise<{ status: number; headers: Readonly<Record<string, unknown>>; body: Buffer }>((resolve, reject) => {
    const sent = request(`${app.origin}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });

const scriptOf = async (path: string) => {
  const page = await raw(path);
  return /src="([^"]+\.js)"/.exec(page.body.toString())?.[1] ?? '';
};

describe('the files of a page', () => {
  it('are kept for good under names that change with them, and gzipped for those who take that', async () => {
    const script = await scriptOf('/api/docs');
    const plain = await raw(script);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    for (const accepted of ['gzip', 'br, GZIP;q=0.5', 'deflate, gzip;q=1.0']) {
      const zipped = await raw(script, { 'accept-encoding': accepted });
      expect(zipped.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    }
    for (const accepted of ['br', 'gzip;q=0', 'gzip;q=0.0, br', 'xgzip', '']) {
      expect((await raw(script, { 'accept-encoding': accepted })).headers).not.toHaveProperty('content-encoding');
    }
    const again = await raw(script, { 'if-none-match': String(plain.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it.each([
    '/assets/nothing.js',
    '/assets/..%2fpackage.json',
    '/assets/%2e%2e/package.json',
    '/assets/a/b',
    '/assets/',
  ])('are these alone: %s is not found', async (path) => expect((await raw(path)).status).toBe(404));

  it('take no other method', async () => {
    const reply = await app.bank.request(await scriptOf('/api/docs'), { method: 'POST', body: '{}' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

/** Resolves with the directives that refused. */
const tryWhatIsForbidden = `new Promise((tell) => {
  const refused = new Set();
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    refused.add(effectiveDirective);
    if (refused.size === 4) tell([...refused].sort());
  });
  const script = document.createElement('script');
  script.textContent = 'document.title = "ran"';
  document.body.append(script);
  fetch('https://example.com/').catch(() => 0);
  new Image().src = 'https://example.com/x.png';
  setTimeout('document.title = "ran"');
})`;

describeInChromium('the page of the API', () => {
  const operations = '.opblock';
  const open = (options = {}) => browser.open(`${app.origin}/api/docs`, options);

  it('shows every operation, sends a request that somebody tries, and keeps and tells nothing', async () => {
    const page = await open({ viewport: desktop });
    await page.locator(operations).first().waitFor();
    const documented = (await app.bank.get('/openapi.json')).body as { paths: Record<string, object> };
    const expected = Object.values(documented.paths).flatMap((methods) => Object.keys(methods)).length;
    expect(await page.locator(operations).count()).toBe(expected);

    const create = page.locator('#operations-customers-createCustomer');
    await create.locator('button.opblock-summary-control').click();
    await create.getByRole('button', { name: 'Try it out', exact: true }).click();
    await create
      .locator('textarea')
      .first()
      .fill(JSON.stringify({ firstName: '<img src=x onerror=alert(1)>', lastName: 'A', email: 'a@example.com' }));
    await create.locator('button.execute').click();
    await create.locator('.live-responses-table .response-col_status', { hasText: '201' }).waitFor();
    expect(page.requested.filter((url) => !url.startsWith(app.origin) && !url.startsWith('data:'))).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    expect(await page.evaluate('indexedDB.databases()')).toEqual([]);
    expect(await page.evaluate(tryWhatIsForbidden)).toEqual([
      'connect-src',
      'img-src',
      'script-src',
      'script-src-elem',
    ]);
  });

  it('can be read on a phone', async () => {
    const page = await open({ viewport: phone, colorScheme: 'dark' });
    const get = page.locator('#operations-accounts-getAccount');
    await get.locator('button.opblock-summary-control').click();
    await get.locator('.responses-wrapper').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    expect(await page.evaluate('document.documentElement.className')).toBe('dark-mode');
  });
});
