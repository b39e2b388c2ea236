import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
import { pagesOfConsole, placeOf } from '../support/consolePages.ts';
import { appOfThisFile, type Instance } from '../support/e2eApp.ts';
import { allEvents, newAccount } from '../support/e2eBank.ts';
import { audience, startIssuer, type Issuer } from '../support/issuer.ts';

const app = appOfThisFile();
const browser = browserOfThisFile();
let issuer: Issuer;
let behindTokens: Instance;
let behindKeys: Instance;
let customerId: string;
/** What stands for the parameters of pages, by their paths. */
let values: Readonly<Record<string, string>>;

beforeAll(async () => {
  const keys = join(await temporaryFolder(), 'keys.json');
  await writeFile(keys, JSON.stringify({ master: 'master', host: { default: 'host' }, functions: {} }));
  issuer = await startIssuer();
  const door = { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience, CONSOLE_CLIENT_ID: 'console' };
  behindTokens = await app.startInstance({ env: { CONSOLE: 'true', ...door } });
  behindKeys = await app.startInstance({ keys, env: { CONSOLE: 'true' } });
  const account = await newAccount(app.bank, '100');
  ({ customerId } = account);
  const [{ correlationId } = { correlationId: '' }] = await allEvents(app.bank, account.id);
  values = {
    ...{ '/customers/:id': customerId, '/accounts/:id': account.id, '/listeners/webhooks/:id': randomUUID() },
    ...{ '/flow/:id': correlationId, '/flow/:correlationId': correlationId },
  };
}, 60_000);
afterAll(() => Promise.all([behindTokens.stop(), behindKeys.stop(), issuer.close()]));

const kept = (page: Window) => page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]');

describeInChromium('the console, where tokens are the door', () => {
  const open = (place: string) => browser.open(`${behindTokens.bank.origin}/#${place}`, { viewport: desktop });

  it('signs in by code and PKCE, keeps nothing, and shows each role what it may see', async () => {
    issuer.signsIn({ roles: ['Teller'] });
    const page = await open('/customers');
    await page.getByRole('button', { name: 'Sign in' }).click();
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
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Open an account' }).waitFor();
    expect(await page.getByRole('link', { name: 'Customers', exact: true }).count()).toBe(0);
  }, 60_000);

  it('asks for another sign-in where a token has expired, and goes on at the same place', async () => {
    // The app takes a token for a minute after its end.
    issuer.signsIn({ roles: ['Teller'], exp: Math.floor(Date.now() / 1_000) - 57 });
    const page = await open(`/customers/${customerId}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Open an account' }).waitFor();
    await page.getByText('Your sign-in has ended.').waitFor({ timeout: 20_000 });
    issuer.signsIn({ roles: ['Teller'] });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Open an account' }).waitFor();
    expect(page.url()).toBe(`${behindTokens.bank.origin}/#/customers/${customerId}`);
    expect(await kept(page)).toEqual([0, 0, '']);
  }, 60_000);

  it.each(['Teller', 'Auditor', 'Operator', 'Customer'])(
    'shows a %s nothing that the app would refuse',
    async (role) => {
      issuer.signsIn({ roles: [role], ...(role === 'Customer' && { customer_id: customerId }) });
      const page = await open('/');
      const refusals: string[] = [];
      page.on('response', (response) => {
        if ([401, 403].includes(response.status())) refusals.push(`${response.status()} ${response.url()}`);
      });
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { level: 1 }).and(page.locator(':not(:has-text("Daybook"))')).waitFor();
      for (const each of await pagesOfConsole()) {
        await page.evaluate(`location.hash = '${placeOf(each, values)}'`);
        await page.rests();
        const isHis = each.roles.includes(role);
        const refused = page.getByText(/Your role does not open this page|There is no such page/);
        if (!isHis && each.path !== '/') await refused.waitFor();
        expect({ role, path: each.path, refusals }).toEqual({ role, path: each.path, refusals: [] });
      }
    },
    60_000,
  );

  it('believes no answer that it did not ask for', async () => {
    const page = await browser.open(`${behindTokens.bank.origin}/?code=stolen&state=guessed`);
    await page.getByText('The sign-in failed').waitFor();
    expect(page.url()).toBe(`${behindTokens.bank.origin}/`);
    expect(issuer.fetched).not.toContain('/token?code=stolen');
  });
});

describeInChromium('the console, where keys are the door', () => {
  it('asks for a key, and once for the master key for operations, and keeps neither', async () => {
    const page = await browser.open(`${behindKeys.bank.origin}/#/`, { viewport: desktop });
    await page.getByLabel('Key').fill('wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('This key does not open it.').waitFor();
    await page.getByLabel('Key').fill('host');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'The books' }).waitFor();
    await page.getByLabel('Master key').first().fill('master');
    await page.getByLabel('Master key').first().press('Enter');
    await page.getByRole('cell', { name: 'customers', exact: true }).waitFor();
    expect(await page.getByLabel('Master key').count()).toBe(0);
    expect(await kept(page)).toEqual([0, 0, '']);
    await page.reload();
    await page.getByLabel('Key').waitFor();
  }, 60_000);
});
