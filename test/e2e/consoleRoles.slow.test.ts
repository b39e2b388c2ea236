import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
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

  /** Signs in with a token that the app takes for some seconds more: it does for a minute after its end. */
  const signInBriefly = async (page: Window, seconds: number) => {
    issuer.signsIn({ roles: ['Teller'] }, seconds - 60);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  const ended = (page: Window) => page.getByRole('dialog', { name: 'Your sign-in has ended' });
  const signInAgain = async (page: Window) => {
    await ended(page).waitFor({ timeout: 60_000 });
    await ended(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    await ended(page).waitFor({ state: 'detached' });
  };

  it('asks for another sign-in where a token has expired, and goes on with the form as it was: what was typed, and its key', async () => {
    const { id } = await newAccount(app.bank);
    const page = await open(`/accounts/${id}`);
    await signInBriefly(page, 20);
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Deposit' });
    await form.getByLabel('Amount in EUR').fill('5');
    await form.getByLabel('Reference').fill('Typed for ten minutes');
    const deposits = `**/api/accounts/${id}/deposits`;
    // Its answer is lost: only the same key keeps the next try from being a second deposit.
    await page.route(deposits, async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await form.getByRole('button', { name: 'Deposit', exact: true }).click();
    await form.getByText('Send it again: it is carried out once.').waitFor();
    await page.unroute(deposits);
    // Neither does Escape lead past it.
    await ended(page).waitFor({ timeout: 60_000 });
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Escape');
    issuer.signsIn({ roles: ['Teller'] });
    await signInAgain(page);
    expect(await form.getByLabel('Amount in EUR').inputValue()).toBe('5');
    expect(await form.getByLabel('Reference').inputValue()).toBe('Typed for ten minutes');
    await expect.poll(() => page.context().pages().length).toBe(1);
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    await form.getByRole('button', { name: 'Deposit', exact: true }).click();
    await form.waitFor({ state: 'detached' });
    expect(await allEvents(app.bank, id)).toHaveLength(2);
    expect(page.url()).toBe(`${behindTokens.bank.origin}/#/accounts/${id}`);
    expect(page.complaints).toEqual([]);
  });

  it('keeps no form for somebody else who signs in', async () => {
    const page = await open('/customers');
    await signInBriefly(page, 20);
    await page.getByRole('button', { name: 'New customer', exact: true }).click();
    await page.getByLabel('First name').fill('Ada');
    issuer.signsIn({ roles: ['Teller'], sub: 'somebody else' });
    await signInAgain(page);
    await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
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
