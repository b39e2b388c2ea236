import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
import { appOfThisFile, type Instance } from '../support/e2eApp.ts';
import { newAccount } from '../support/e2eBank.ts';
import { audience, startIssuer, type Issuer } from '../support/issuer.ts';

const app = appOfThisFile();
const browser = browserOfThisFile();
let issuer: Issuer;
let behindTokens: Instance;
let behindKeys: Instance;
let customerId: string;

beforeAll(async () => {
  const keys = join(await temporaryFolder(), 'keys.json');
  await writeFile(keys, JSON.stringify({ master: 'master', host: { default: 'host' }, functions: {} }));
  issuer = await startIssuer();
  const door = { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience, CONSOLE_CLIENT_ID: 'console' };
  behindTokens = await app.startInstance({ env: { CONSOLE: 'true', ...door } });
  behindKeys = await app.startInstance({ keys, env: { CONSOLE: 'true' } });
  ({ customerId } = await newAccount(app.bank, '100'));
});
afterAll(() => Promise.all([behindTokens.stop(), behindKeys.stop(), issuer.close()]));

const kept = (page: Window) => page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]');

describeInChromium('the console, where tokens are the door', () => {
  const open = (place: string) => browser.open(`${behindTokens.bank.origin}/#${place}`, { viewport: desktop });

  it('signs in by code and PKCE, keeps nothing, and shows each role what it may see', async () => {
    issuer.signsIn({ roles: ['Teller'] });
    const page = await open('/customers');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Customers' }).waitFor();
    expect(page.url()).toBe(`${behindTokens.bank.origin}/#/customers`);
    expect(await kept(page)).toEqual([0, 0, '']);
    const elsewhere = page.requested.filter(
      (url) => !url.startsWith(behindTokens.bank.origin) && !url.startsWith('data:'),
    );
    expect(elsewhere.every((url) => url.startsWith(issuer.url))).toBe(true);
    expect(page.complaints).toEqual([]);

    issuer.signsIn({ roles: ['Customer'], customer_id: customerId });
    await page.reload();
    await page.goto(`${behindTokens.bank.origin}/#/`);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Open an account', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Customers', exact: true }).count()).toBe(0);
  });

  it('has another token before one ends, where the issuer gives one, and shows that from then on', async () => {
    issuer.renews(3);
    issuer.signsIn({ roles: ['Teller'], jti: 'first' });
    const page = await open('/customers');
    const shown = new Set<string | undefined>();
    page.on('request', (request) => {
      if (request.url().includes('/api/customers')) shown.add(request.headers().authorization);
    });
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
    issuer.signsIn({ roles: ['Teller'], jti: 'second' });
    await expect.poll(() => shown.size).toBeGreaterThan(1);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await kept(page)).toEqual([0, 0, '']);
  });

  it('believes no answer that it did not ask for', async () => {
    const redeemed = issuer.fetched.filter((path) => path === '/token').length;
    const page = await browser.open(`${behindTokens.bank.origin}/?code=stolen&state=guessed`);
    await page.getByText('The sign-in failed').waitFor();
    expect(page.url()).toBe(`${behindTokens.bank.origin}/`);
    await page.goto(`${behindTokens.bank.origin}/?code=stolen&state=beside-guessed`);
    await page.getByText('go on in the one that you came from').waitFor();
    expect(page.url()).toBe(`${behindTokens.bank.origin}/`);
    expect(issuer.fetched.filter((path) => path === '/token')).toHaveLength(redeemed);
  });
});

describeInChromium('the console, where keys are the door', () => {
  it('asks for a key, and once for the master key for operations, and keeps neither', async () => {
    const page = await browser.open(`${behindKeys.bank.origin}/#/`, { viewport: desktop });
    await page.getByLabel('Key').fill('wrong');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByText('This key does not open it.').waitFor();
    await page.getByLabel('Key').fill('host');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { name: 'The books' }).waitFor();
    await page.getByText('Whether all is well is not known yet').waitFor();
    await page.rests();
    expect(await page.getByLabel('Master key').count()).toBe(1);
    await page.getByLabel('Master key').fill('wrong');
    await page.getByLabel('Master key').press('Enter');
    await page.getByText('This key does not open it.').waitFor();
    expect(await page.getByText('Everything is as it should be.').count()).toBe(0);
    await page.getByLabel('Master key').fill('master');
    await page.getByLabel('Master key').press('Enter');
    await page.getByRole('cell', { name: 'customers', exact: true }).waitFor();
    await page.getByText('Everything is as it should be.').waitFor();
    expect(await page.getByLabel('Master key').count()).toBe(0);
    expect(await kept(page)).toEqual([0, 0, '']);
    await page.reload();
    await page.getByLabel('Key').waitFor();
  });
});
