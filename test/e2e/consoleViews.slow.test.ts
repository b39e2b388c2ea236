import { expect, it } from 'vitest';
import { views } from '../../projections/registry.ts';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { newAccount } from '../support/e2eBank.ts';
import { storedAlias } from '../support/e2eRebuild.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true' } });
const browser = browserOfThisFile();
const open = () => browser.open(`${app.origin}/#/views`, { viewport: desktop });

/** The commands of that method that a page sends from now on. */
const sentBy = (page: Window, method: 'POST' | 'DELETE'): readonly string[] => {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === method) sent.push(request.url());
  });
  return sent;
};

describeInChromium('the page of views', () => {
  it('shows each view with its rows, what it is behind, and what is parked', async () => {
    await newAccount(app.bank, '100');
    const page = await open();
    for (const { name } of views) {
      const card = page.getByRole('region', { name, exact: true });
      for (const title of ['Rows', 'Events behind', 'Parked']) await card.getByText(title, { exact: true }).waitFor();
      await card.getByRole('img', { name: /Events behind since you opened this page/ }).waitFor();
    }
    await page.getByText('No view was rebuilt').waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('follows a rebuild until the next generation answers, and flips back to the former one', async () => {
    const page = await open();
    const card = page.getByRole('region', { name: 'accounts', exact: true });
    await card.getByRole('button', { name: 'Rebuild accounts', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rebuild', exact: true }).dblclick();
    await card.getByRole('progressbar').waitFor();
    await card.getByText(/^Built /).waitFor();
    await card
      .getByRole('listitem')
      .filter({ hasText: /\.2 live/ })
      .waitFor();
    await page.getByRole('row', { name: /accounts.*succeeded/ }).waitFor();
    expect(await page.getByRole('row', { name: /accounts/ }).count()).toBe(1);

    await card.getByRole('button', { name: 'Flip back accounts', exact: true }).click();
    const flips = sentBy(page, 'POST');
    await page.getByRole('dialog').getByRole('button', { name: 'Flip back', exact: true }).dblclick({ delay: 100 });
    const generation = async () =>
      (await storedAlias(app.database, 'accounts'))?.generations.find(({ state }) => state === 'live')?.build;
    await expect.poll(generation).toBe(1);
    expect(flips).toHaveLength(1);
    await card
      .getByRole('listitem')
      .filter({ hasText: /\.1 live/ })
      .waitFor();
  });

  it('cancels a rebuild, says what is wrong with a budget, and keeps what answers', async () => {
    const page = await open();
    const card = page.getByRole('region', { name: 'customers', exact: true });
    await card.getByRole('button', { name: 'Rebuild customers', exact: true }).click();
    const budget = page.getByLabel('Request units a second, at most');
    await budget.fill('0');
    await page.getByRole('dialog').getByRole('button', { name: 'Rebuild', exact: true }).click();
    await page.locator('input[aria-invalid=true]').waitFor();
    await budget.fill('1');
    await page.getByRole('dialog').getByRole('button', { name: 'Rebuild', exact: true }).click();
    const cancelled = sentBy(page, 'DELETE');
    await card.getByRole('button', { name: 'Cancel', exact: true }).dblclick({ delay: 100 });
    await card.getByText('The last build was cancelled').waitFor();
    expect(cancelled).toHaveLength(1);
    await card
      .getByRole('listitem')
      .filter({ hasText: /\.1 live/ })
      .waitFor();
  });
});
