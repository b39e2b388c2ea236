import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer, times } from '../support/e2eBank.ts';
import { money } from '../support/e2eMoney.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true' } });
const browser = browserOfThisFile();
const open = (place: string) => browser.open(`${app.origin}/#${place}`, { viewport: desktop, acceptDownloads: true });

const traceId = /[0-9a-f]{32}/;

describeInChromium('the page of transfers', () => {
  let from: string;
  let full: string;
  beforeAll(async () => {
    ({ id: from } = await newAccount(app.bank, '100'));
    ({ id: full } = await newAccount(app.bank, '9999999999995.00'));
    const { id: to } = await newAccount(app.bank);
    for (const [receiver, amount] of [
      [to, '12.34'],
      [full, '6.00'],
    ] as const) {
      bodyOf(await money(app.bank).transfer(from, receiver, amount, {}, { prefer: 'wait=20' }));
    }
  });

  it('finds what came back, with the reason, and the same for whoever opens the link', async () => {
    const page = await open('/transfers');
    await page.getByRole('row', { name: /12\.34/ }).waitFor();
    await page.getByLabel('Status').selectOption('Returned');
    await page.getByRole('row', { name: /6\.00.*|.*more than an account can hold/ }).waitFor();
    await expect.poll(() => page.getByRole('row', { name: /12\.34/ }).count()).toBe(0);
    await page.reload();
    await page.getByText('The receiver would have had more than an account can hold.').waitFor();
    await page.getByLabel('Status').selectOption('In transit');
    await page.getByText('Nothing is on its way').waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('leads to both accounts, and to what became of the command', async () => {
    const page = await open(`/transfers?account=${full}`);
    const row = page.getByRole('row', { name: /6\.00/ });
    await row.getByRole('link', { name: /^Follow/ }).click();
    await page.getByRole('heading', { name: /Transfer declined/ }).waitFor();
    await page.getByRole('heading', { name: /Transfer returned/ }).waitFor();
    await page.goBack();
    await row.getByRole('link').nth(1).click();
    await page.getByRole('heading', { name: 'EUR account' }).waitFor();
    expect(page.url()).toContain(full);
  });

  it('says what is wrong with an id that is none', async () => {
    const page = await open('/transfers?account=nobody');
    await page.getByRole('alert').waitFor();
  });
});

describeInChromium('the page of a flow', () => {
  it('is where each command leads to, and tells its request, its events and who has heard', async () => {
    const { id } = await newAccount(app.bank, '1');
    const page = await open(`/accounts/${id}`);
    await page.getByRole('button', { name: 'Deposit', exact: true }).click();
    await page.getByLabel('Amount in EUR').fill('5');
    await page.getByRole('dialog').getByRole('button', { name: 'Deposit', exact: true }).click();
    await page.getByRole('link', { name: 'Follow it through the bank', exact: true }).click();
    await page.getByRole('heading', { name: 'Deposit money' }).waitFor();
    const event = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Money deposited/ }) });
    for (const step of ['Committed', 'Message sent', 'View accounts', 'View transactions', 'View customers']) {
      await event.getByText(step).waitFor();
    }
    expect(await page.locator('.head code').innerText()).toMatch(traceId);
    expect(page.complaints).toEqual([]);
  });

  it('is found from an event, and from what happened just now', async () => {
    const { id } = await newAccount(app.bank, '7');
    const page = await open(`/accounts/${id}?tab=events`);
    const newest = page.locator('.timeline > li').first();
    await newest.getByText('Money deposited').click();
    await newest.getByRole('link', { name: 'What became of the command', exact: true }).click();
    await page.getByRole('heading', { name: 'Deposit money' }).waitFor();
    await page.getByRole('link', { name: 'What happened just now', exact: true }).click();
    const row = page.getByRole('row').filter({ has: page.locator(`a[href*="/accounts/${id}?version=2"]`) });
    await row.getByRole('link', { name: 'Follow Money deposited', exact: true }).click();
    await page.getByRole('heading', { name: 'Deposit money' }).waitFor();
  });

  it('says that nobody knows a command any more', async () => {
    const page = await open(`/flow/${'0'.repeat(32)}`);
    await page.getByText('This instance of the app does not know this command').waitFor();
  });
});

describeInChromium('a list', () => {
  it('is at the page that a reader left, when they come back', async () => {
    await times(26, () => newCustomer(app.bank));
    const page = await open('/customers');
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByText('Page 2').waitFor();
    await page.getByRole('row').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    await page.goBack();
    await page.getByText('Page 2').waitFor();
    await page.getByLabel('Name or e-mail address').fill('Ada');
    await page.getByRole('heading', { name: 'Found for “Ada”' }).waitFor();
    await page.getByText('Page 1').waitFor();
  });

  it('begins again where its place is none any more, as after a rebuild', async () => {
    await times(26, () => newCustomer(app.bank));
    const page = await open('/customers');
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByText('Page 2').waitFor();
    await page.evaluate(`
      const { pages } = history.state;
      history.replaceState({ pages: Object.fromEntries(Object.keys(pages).map((list) => [list, ['gone']])) }, '');
    `);
    await page.reload();
    await page.getByText('Page 1').waitFor();
    await page
      .getByRole('row', { name: /Ada Lovelace/ })
      .first()
      .waitFor();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  });

  it('has a filter that follows the address', async () => {
    const page = await open('/customers?search=Nobody');
    await page.getByRole('heading', { name: 'Found for “Nobody”' }).waitFor();
    await page
      .getByRole('navigation', { name: 'Pages', exact: true })
      .getByRole('link', { name: 'Customers', exact: true })
      .click();
    await page.getByRole('heading', { name: 'Newest first' }).waitFor();
    await expect.poll(() => page.getByLabel('Name or e-mail address').inputValue()).toBe('');
  });
});

describeInChromium('time travel', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await newAccount(app.bank, '1'));
    for (let version = 3; version <= 9; version += 1) bodyOf(await app.bank.deposit(id, '1'));
  });
  const slider = (page: Window) => page.getByRole('slider');

  it('shows what changed since the version before, and nothing where it does not know that one', async () => {
    const page = await open(`/accounts/${id}?version=5`);
    await page.locator('.changes s').first().waitFor();
    await page.route(/version=8$/, (route) => route.abort());
    await slider(page).fill('9');
    await page.getByText(/^Version 9 ·/).waitFor();
    await page.rests();
    expect(await page.locator('.changes s').count()).toBe(0);
  });

  it('shows where the slider rests: an older answer that comes after a newer one does not count', async () => {
    const page = await open(`/accounts/${id}`);
    await page.getByText(/^Version 9 ·/).waitFor();
    const late = Promise.withResolvers<undefined>();
    // By then, the page may have given it up.
    await page.route(/version=3$/, (route) => late.promise.then(() => route.continue()).catch(() => undefined));
    const asked = page.waitForRequest(/version=3$/);
    await slider(page).fill('3');
    await asked;
    await slider(page).fill('6');
    await page.getByText(/^Version 6 ·/).waitFor();
    late.resolve(undefined);
    await page.rests();
    expect(await page.getByText(/^Version \d ·/).innerText()).toContain('Version 6');
    expect(await page.locator('.changes').innerText()).toContain('5.00');
  });

  it('asks once the slider rests, and not for each version on the way', async () => {
    const page = await open(`/accounts/${id}`);
    await page.getByText(/^Version 9 ·/).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await slider(page).focus();
    await page.evaluate(`{
      const slider = document.querySelector('input[type=range]');
      for (const value of [8, 7, 6, 5, 4]) {
        slider.value = value;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }`);
    await page.getByText(/^Version 4 ·/).waitFor();
    await page.rests();
    const versions = asked.flatMap((url) => /version=(\d+)/.exec(url)?.[1] ?? []);
    expect(versions.toSorted()).toEqual(['3', '4']);
  });

  it('goes where each instant leads, also where the one before led to the same version', async () => {
    const page = await open(`/accounts/${id}`);
    await page.route(/[?&]at=/, (route) => route.continue({ url: `${app.origin}/api/accounts/${id}?version=5` }));
    const instant = page.getByLabel('Or as it was at');
    await instant.fill('2026-01-01T10:00:00');
    await page.getByText(/^Version 5 ·/).waitFor();
    await slider(page).fill('7');
    await page.getByText(/^Version 7 ·/).waitFor();
    await instant.fill('2026-01-01T11:00:00');
    await page.getByText(/^Version 5 ·/).waitFor();
  });

  it('takes an instant as one of the reader, wherever they are', async () => {
    const place = `${app.origin}/#/accounts/${id}`;
    const page = await browser.open(place, { viewport: desktop, timezoneId: 'Asia/Kolkata' });
    const asked = page.waitForRequest(/[?&]at=/);
    await page.getByLabel('Or as it was at').fill('2001-01-01T10:00:00');
    const at = new URL((await asked).url()).searchParams.get('at') ?? '';
    expect(new Date(at).toISOString()).toBe('2001-01-01T04:30:00.000Z');
  });

  it('says that the account did not exist only where the bank says so', async () => {
    const page = await open(`/accounts/${id}`);
    const instant = page.getByLabel('Or as it was at');
    const notThen = page.getByText('The account did not exist at that time.');
    await instant.fill('2001-01-01T10:00:00');
    await notThen.waitFor();
    await page.route(/[?&]at=/, (route) => route.abort());
    await instant.fill('2001-01-01T11:00:00');
    await page.getByText('The bank does not answer').waitFor();
    expect(await notThen.count()).toBe(0);
  });

  it('follows the address, a step back too, and the address follows it', async () => {
    const page = await open(`/accounts/${id}`);
    await page.getByText(/^Version 9 ·/).waitFor();
    await page.evaluate('location.hash += "?version=5"');
    await page.getByText(/^Version 5 ·/).waitFor();
    await page.goBack();
    await page.getByText(/^Version 9 ·/).waitFor();
    await slider(page).fill('3');
    await expect.poll(() => page.url()).toContain('version=3');
  });
});

describeInChromium('a quote', () => {
  it('is of the amount that stands there: a late answer for another one does not count', async () => {
    const { id } = await newAccount(app.bank, '100', 'GBP');
    bodyOf(await app.bank.put('/ops/fx/rates/GBP-NOK', { rate: '13.5', source: 'test' }));
    const page = await open(`/accounts/${id}`);
    await page.getByRole('button', { name: 'Transfer', exact: true }).click();
    await page.getByLabel('Amount in GBP').fill('10');
    await page.getByLabel('It arrives in').selectOption('NOK');
    const quotes = '**/api/fx/quotes';
    const held = Promise.withResolvers<undefined>();
    await page.route(quotes, (route) => held.promise.then(() => route.continue()));
    const button = page.getByRole('button', { name: 'Quote', exact: true });
    await button.click();
    await page.getByLabel('Amount in GBP').fill('20');
    held.resolve(undefined);
    // It can be asked for again once the answer is there.
    await expect.poll(() => button.isEnabled()).toBe(true);
    expect(await page.getByText(/brings/).count()).toBe(0);
    await page.unroute(quotes);
    await page.route(quotes, (route) => route.abort());
    await button.click();
    await page.getByRole('dialog').getByText('The bank does not answer').waitFor();
    await page.unroute(quotes);
    await button.click();
    await page.getByText(/brings.*270/).waitFor();
    expect(page.complaints).toEqual([]);
  });
});

describeInChromium('the page of an account', () => {
  it('releases two holds by two commands', async () => {
    const { id } = await newAccount(app.bank, '100');
    for (const amount of ['3.00', '4.00']) bodyOf(await money(app.bank).hold(id, amount));
    const page = await open(`/accounts/${id}?tab=holds`);
    for (const amount of ['3.00', '4.00']) {
      const row = page.getByRole('row', { name: amount });
      await row.getByRole('button', { name: 'Release', exact: true }).dblclick();
      await row.getByText('released').waitFor();
    }
    await page.getByRole('tab', { name: 'Events' }).click();
    await expect.poll(() => page.getByText('Hold released').count()).toBe(2);
    expect(await page.locator('.timeline > li strong').allInnerTexts()).toEqual([
      ...['Hold released', 'Hold released', 'Hold placed', 'Hold placed', 'Money deposited', 'Account opened'],
    ]);
  });

  it('shows each time in the zone of the bank, too, to a reader in another one', async () => {
    const { id } = await newAccount(app.bank, '100');
    const place = `${app.origin}/#/accounts/${id}`;
    const page = await browser.open(place, { viewport: desktop, timezoneId: 'Asia/Kathmandu' });
    const time = page.getByRole('row', { name: /Deposit/ }).locator('time');
    await time.getByText(/at the bank$/).waitFor();
    const [, here, there] = /:(\d\d).*:(\d\d).* at the bank$/s.exec(await time.innerText()) ?? [];
    // That zone is three quarters of an hour off all whole ones.
    expect((Number(here) - Number(there) + 60) % 60).toBe(45);
  });

  it('has each month as a file of every form', async () => {
    const { id } = await newAccount(app.bank, '100');
    const page = await open(`/accounts/${id}?tab=months`);
    for (const [title, begins] of [
      ['PDF', '%PDF'],
      ['CSV', 'occurredAt'],
      ['camt.053', '<?xml'],
      ['JSON', '{"accountId"'],
    ] as const) {
      const waiting = page.waitForEvent('download');
      await page
        .getByRole('button', { name: `${title} of` })
        .first()
        .click();
      const file = await waiting;
      expect(file.suggestedFilename()).toContain(id);
      expect((await readFile(await file.path(), 'utf8')).toLowerCase()).toContain(begins.toLowerCase());
    }
    expect(page.complaints).toEqual([]);
  });

  it('offers only currencies that there are, and to send only into those that have a rate', async () => {
    const { id, customerId } = await newAccount(app.bank, '100', 'GBP');
    bodyOf(await app.bank.put('/ops/fx/rates/GBP-NOK', { rate: '13.5', source: 'test' }));
    const page = await open(`/accounts/${id}`);
    await page.getByRole('button', { name: 'Transfer', exact: true }).click();
    await page.getByLabel('Amount in GBP').fill('10');
    await page.getByLabel('It arrives in').waitFor();
    expect(await page.getByLabel('It arrives in').locator('option').allInnerTexts()).toEqual([
      expect.stringContaining('GBP'),
      expect.stringContaining('NOK'),
    ]);
    await page.getByLabel('It arrives in').selectOption('NOK');
    await page.getByRole('button', { name: 'Quote', exact: true }).click();
    await page.getByText(/brings.*135/).waitFor();

    await page.goto(`${app.origin}/#/customers/${customerId}`);
    await page.getByRole('button', { name: 'Open an account', exact: true }).click();
    await page.getByLabel('Currency').selectOption('JPY');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { name: 'JPY account' }).waitFor();
  });
});
