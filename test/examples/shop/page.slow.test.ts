import axe from 'axe-core';
import { expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, phone } from '../../support/chromium.ts';
import { appOfThisFile } from '../../support/e2eApp.ts';
import { newAccount } from '../../support/e2eBank.ts';
import { clerkOf, shopBeside } from '../../support/e2eShop.ts';

const bank = appOfThisFile();
const shop = appOfThisFile(() => shopBeside(bank.origin));

it('has the policy of the other pages', async () => {
  const { status, headers } = await shop.bank.request('/');
  expect([status, headers.get('content-security-policy')]).toEqual([
    200,
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  ]);
});

describeInChromium('the page of the shop', () => {
  const browser = browserOfThisFile();

  it.each([
    ['a desktop, light', { viewport: desktop, colorScheme: 'light' }],
    ['a phone, dark', { viewport: phone, colorScheme: 'dark' }],
  ] as const)(
    'shows orders and what each listener did, and ships them: %s',
    async (_, options) => {
      const clerk = clerkOf({ bank: shop.bank, inbox: shop.inbox });
      const { id: account } = await newAccount(bank.bank, '5000');
      const product = await clerk.addProduct('550.00', 3);
      const { id } = await clerk.order(product, account, 2);
      const none = await clerk.order(product, account, 2);
      await clerk.shows(id, { payment: 'held', isReserved: true, isFlagged: true });
      await clerk.shows(none.id, { status: 'cancelled', payment: 'released' });

      const page = await browser.open(shop.origin, options);
      const order = page.getByRole('region', { name: `Order ${id}` });
      const did = (listener: string) => order.getByRole('row', { name: new RegExp(`^${listener}`) });
      await order.getByRole('button', { name: 'Ship', exact: true }).click();
      await order.getByRole('heading', { name: '1100.00 EUR shipped' }).waitFor();
      for (const [listener, ...texts] of [
        ['inventory', 'handled OrderPlaced', '→ StockReserved', 'handled PaymentCaptured'],
        ['payment', 'handled OrderPlaced', '→ PaymentHeld', 'handled OrderShipped', '→ PaymentCaptured'],
        ['large-orders', 'handled OrderPlaced', '→ OrderFlagged'],
        ['email', 'handled PaymentCaptured'],
      ] as const)
        for (const text of texts) await expect.poll(() => did(listener).innerText()).toContain(text);
      await page
        .getByRole('region', { name: 'What was sold' })
        .getByText(/^[12][12]00\.00 EUR$/)
        .waitFor();
      await page
        .getByRole('region', { name: `Order ${none.id}` })
        .getByText('There were too few units.')
        .waitFor();

      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: readonly { id: string; impact: string }[] }>(
        'axe.run()',
      );
      expect(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))).toEqual([]);
      expect(page.complaints).toEqual([]);
      expect(page.requested.filter((url) => !url.startsWith(shop.origin) && !url.startsWith('data:'))).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width);

      // What it has seen stays, and what is wrong stands above it.
      await page.context().setOffline(true);
      await page.getByText('The shop does not answer').waitFor();
      expect(await order.isVisible()).toBe(true);
      await page.context().setOffline(false);
      await page.getByText('The shop does not answer').waitFor({ state: 'detached' });
    },
    60_000,
  );
});
