import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, phone, type Window } from '../support/chromium.ts';
import { bundlePages } from '../../deployment/pages.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { newAccount } from '../support/e2eBank.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true' } });
const browser = browserOfThisFile();

const open = (place: string, options = {}) =>
  browser.open(`${app.origin}/#${place}`, { viewport: desktop, ...options });

const placesOf = (accountId: string, customerId: string) => [
  ...['/', '/customers', `/customers/${customerId}`],
  ...['transactions', 'months', 'holds', 'events'].map((tab) => `/accounts/${accountId}?tab=${tab}`),
  ...['/transfers', '/flow', `/flow/${accountId}:2`, '/views', '/nowhere'],
];

/** What a person would complain about: requests elsewhere, errors, and what axe-core finds serious. */
const complaintsOf = async (page: Window): Promise<unknown[]> => {
  const { violations } = await page.evaluate<{
    violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
  }>('axe.run()');
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  return [
    ...page.complaints,
    ...page.requested.filter((url) => !url.startsWith(app.origin) && !url.startsWith('data:')),
    ...serious.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) })),
  ];
};

it('the whole console weighs 100 KB at most', async () => {
  const files = (await bundlePages()).filter(({ name }) => !name.startsWith('apiDocs'));
  const bytes = files.reduce((sum, { content }) => sum + gzipSync(content).length, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(100_000);
});

describe('the page at /', () => {
  it('has the policy of the console, and is asked for anew each time', async () => {
    const reply = await app.bank.request('/');
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    });
    const again = await app.bank.request('/', { headers: { 'if-none-match': reply.headers.get('etag') ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await app.bank.request('/?code=x&state=y')).status).toBe(200);
  });

  it('takes no other method', async () => {
    const reply = await app.bank.request('/', { method: 'POST', body: '{}' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('is not there where the console is off', async () => {
    const off = await app.startInstance({ env: { CONSOLE: 'false' } });
    expect((await off.bank.request('/')).status).toBe(404);
    await off.stop();
  });
});

describeInChromium('the console', () => {
  let accountId: string;
  let customerId: string;
  beforeAll(async () => ({ id: accountId, customerId } = await newAccount(app.bank, '100')));

  it.each([
    ['a desktop, light', { viewport: desktop, colorScheme: 'light' }],
    ['a phone, dark', { viewport: phone, colorScheme: 'dark' }],
  ] as const)(
    'finds nothing wrong with itself on any page: %s',
    async (_, options) => {
      const page = await open('/', options);
      await page.evaluate(axe.source);
      for (const place of placesOf(accountId, customerId)) {
        await page.evaluate(`location.hash = '${place}'`);
        await page.locator('h1').waitFor();
        await expect.poll(() => page.getByText('Loading…').count()).toBe(0);
        expect({ place, complaints: await complaintsOf(page) }).toEqual({ place, complaints: [] });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width);
      }
    },
    60_000,
  );

  it('leads from a new customer to money on an account, and a second click is not a second deposit', async () => {
    const page = await open('/customers');
    await page.getByRole('button', { name: 'New customer', exact: true }).click();
    await page.getByLabel('First name').fill('<img src=x onerror="document.title=1">');
    await page.getByLabel('Last name').fill('‮Lovelace');
    await page.getByLabel('E-mail address', { exact: true }).fill('ada@example.com');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.locator('input[aria-invalid=true]').waitFor();
    await page.getByLabel('Last name').fill('Lovelace');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name: '<img src=x' }).waitFor();
    await page.getByRole('button', { name: 'Open an account', exact: true }).click();
    await page.getByRole('button', { name: 'Open', exact: true }).dblclick();
    await page.getByRole('heading', { name: 'EUR account' }).waitFor();
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    await page.getByLabel('Amount in EUR').fill('12.34');
    await page.getByRole('dialog').getByRole('button', { name: 'Deposit', exact: true }).dblclick();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /Deposit/ }).waitFor();
    await page.locator('.main-figure', { hasText: 'Balance' }).getByText('12.34').waitFor();
    expect(await page.getByRole('row', { name: /Deposit/ }).count()).toBe(1);
    expect(page.complaints).toEqual([]);
  });

  it('shows an account as it was, what changed then, and the same to whoever opens the link', async () => {
    const page = await open(`/accounts/${accountId}`);
    const slider = page.getByRole('slider');
    await slider.press('Home');
    const was = page.locator('.changes', { hasText: 'Balance' });
    await was.getByText('0.00').first().waitFor();
    await expect.poll(() => page.url()).toContain('version=1');
    await page.reload();
    await expect.poll(() => slider.inputValue()).toBe('1');
    await slider.press('ArrowRight');
    await was.locator('.changed s').first().waitFor();
  });
});
