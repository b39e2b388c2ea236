import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop } from '../support/chromium.ts';
import { pagesOfConsole, placeOf } from '../support/consolePages.ts';
import { appOfThisFile, type Instance } from '../support/e2eApp.ts';
import { allEvents, newAccount } from '../support/e2eBank.ts';
import { audience, startIssuer, type Issuer } from '../support/issuer.ts';

const app = appOfThisFile();
const browser = browserOfThisFile();
let issuer: Issuer;
let behindTokens: Instance;
let customerId: string;
/** What stands for the parameters of pages, by their paths. */
let values: Readonly<Record<string, string>>;

beforeAll(async () => {
  issuer = await startIssuer();
  const door = { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience, CONSOLE_CLIENT_ID: 'console' };
  behindTokens = await app.startInstance({ env: { CONSOLE: 'true', ...door } });
  const account = await newAccount(app.bank, '100');
  ({ customerId } = account);
  const [{ correlationId } = { correlationId: '' }] = await allEvents(app.bank, account.id);
  values = {
    ...{ '/customers/:id': customerId, '/accounts/:id': account.id, '/listeners/webhooks/:id': randomUUID() },
    ...{ '/flow/:id': correlationId, '/flow/:correlationId': correlationId },
  };
});
afterAll(() => Promise.all([behindTokens.stop(), issuer.close()]));

describeInChromium('the console, where tokens are the door', () => {
  const open = (place: string) => browser.open(`${behindTokens.bank.origin}/#${place}`, { viewport: desktop });

  it('asks for another sign-in where a token has expired, and goes on at the same place', async () => {
    // The app takes a token for a minute after its end.
    issuer.signsIn({ roles: ['Teller'] }, -40);
    const page = await open(`/customers/${customerId}`);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Open an account', exact: true }).waitFor();
    await page.getByText('Your sign-in has ended.').waitFor({ timeout: 60_000 });
    issuer.signsIn({ roles: ['Teller'] });
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Open an account', exact: true }).waitFor();
    expect(page.url()).toBe(`${behindTokens.bank.origin}/#/customers/${customerId}`);
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
  });

  it.each(['Teller', 'Auditor', 'Operator', 'Customer'])(
    'shows a %s nothing that the app would refuse',
    async (role) => {
      issuer.signsIn({ roles: [role], ...(role === 'Customer' && { customer_id: customerId }) });
      const page = await open('/');
      const refusals: string[] = [];
      page.on('response', (response) => {
        if ([401, 403].includes(response.status())) refusals.push(`${response.status()} ${response.url()}`);
      });
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
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
});
