import { expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop, type Window } from '../support/chromium.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount } from '../support/e2eBank.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true' } });
const browser = browserOfThisFile();

/** A page whose time stands still but for what the test lets go by. */
const open = async (place: string): Promise<Window> => {
  const page = await browser.open('about:blank', { viewport: desktop });
  await page.clock.install();
  await page.goto(`${app.origin}/#${place}`);
  return page;
};

/** Another tab of the same browser, with the paths that it asks for. */
const openBeside = async (page: Window, place: string) => {
  const tab = await page.context().newPage();
  const asked: string[] = [];
  tab.on('request', (request) => asked.push(request.url()));
  await tab.goto(`${app.origin}/#${place}`);
  return { tab, waits: () => asked.filter(isWait).length, asked };
};

const isWait = (url: string): boolean => /\/api\/feed\?.*wait=[1-9]/.test(url);
const askedFor = (page: Window, path: string): number => page.requested.filter((url) => url.includes(path)).length;

/** How often a page that rests asks for something in six seconds of its clock. */
const askedInSixSeconds = async (page: Window, path: string): Promise<number> => {
  await page.rests();
  await page.clock.pauseAt(Date.now() + 1_000);
  // A page that begins to hear of events asks once more for what it missed, and for what was not folded yet.
  for (let rounds = 0; rounds < 3; rounds += 1) {
    await page.clock.runFor(3_000);
    await page.rests();
  }
  const before = askedFor(page, path);
  await page.clock.runFor(6_000);
  await page.rests();
  return askedFor(page, path) - before;
};

/** Has others take all places to wait at the feed, until they leave. */
const takePlaces = () => {
  const left = new AbortController();
  const { origin } = app;
  const wait = async () => {
    const { signal } = left;
    while (!signal.aborted) await fetch(`${origin}/api/feed?after=now&wait=20`, { signal }).catch(() => undefined);
  };
  const waits = [wait(), wait()];
  return async () => {
    left.abort();
    await Promise.all(waits);
  };
};

const hide = (page: Window, isHidden: boolean) =>
  page.evaluate(`
    Object.defineProperty(document, 'hidden', { get: () => ${isHidden}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  `);

describeInChromium('a page that hears of events', () => {
  it('is asked again where something moved, and not by the clock', async () => {
    const { id } = await newAccount(app.bank, '1');
    const page = await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'The books' }).waitFor();
    await page.clock.pauseAt(Date.now() + 2_000);
    const letTimeGoBy = async (ms: number, path: string) => {
      await page.clock.runFor(ms);
      return askedFor(page, path);
    };
    /** Until what nobody tells of is asked for again by the clock. */
    const oneRound = () => {
      const asked = askedFor(page, '/api/health');
      return expect.poll(() => letTimeGoBy(200, '/api/health')).toBeGreaterThan(asked);
    };
    // Until it has asked for what it missed before it heard, and for what was not folded yet.
    await oneRound();
    await oneRound();
    const books = askedFor(page, '/trial-balance');
    await oneRound();
    expect(askedFor(page, '/trial-balance')).toBe(books);
    bodyOf(await app.bank.deposit(id, '2'));
    await expect.poll(() => letTimeGoBy(50, '/trial-balance')).toBeGreaterThan(books);
  });

  it('goes on with its plots while nothing happens', async () => {
    const { id } = await newAccount(app.bank, '1');
    const page = await open('/');
    const commands = page.locator('.figures > div', { hasText: 'Commands, last minute' }).locator('dd');
    bodyOf(await app.bank.deposit(id, '2'));
    await expect.poll(() => commands.innerText()).not.toBe('0');
    await page.clock.fastForward(120_000);
    await expect.poll(() => commands.innerText()).toBe('0');
  });

  it('shares one wait with all tabs of its browser, and goes on with it when that one is closed', async () => {
    const { id } = await newAccount(app.bank, '1');
    const page = await browser.open(`${app.origin}/#/accounts/${id}`, { viewport: desktop });
    await page.getByText('Live', { exact: true }).waitFor();
    const { tab, waits, asked } = await openBeside(page, `/accounts/${id}`);
    await tab.getByText('Live', { exact: true }).waitFor();
    bodyOf(await app.bank.deposit(id, '20'));
    for (const each of [page, tab]) await each.locator('.main-figure', { hasText: '21.00' }).first().waitFor();
    expect(waits()).toBe(0);
    await page.close();
    await expect.poll(waits).toBeGreaterThan(0);
    // It goes on where that one was: what happened between the two is not lost.
    expect(asked.filter((url) => url.includes('after=now'))).toEqual([]);
    bodyOf(await app.bank.deposit(id, '300'));
    await tab.locator('.main-figure', { hasText: '321.00' }).first().waitFor();
  });

  it('asks every 5 s where others have all places to wait, with what it knows already; one that hears of events does not', async () => {
    const { id } = await newAccount(app.bank, '1');
    const path = `/api/accounts/${id}/balances`;
    const hears = await open(`/accounts/${id}`);
    await hears.getByText('Live', { exact: true }).waitFor();
    expect(await askedInSixSeconds(hears, path)).toBe(0);
    await hears.close();

    const leave = takePlaces();
    const page = await open(`/accounts/${id}`);
    // It has heard that there is no place.
    await page.waitForResponse((response) => isWait(response.url()) && 'retry-after' in response.headers());
    await page.getByText('Looks every 5 s').waitFor();
    const again = page.waitForRequest((request) => request.url().includes(path));
    expect(await askedInSixSeconds(page, path)).toBeGreaterThan(0);
    expect((await again).headers()['if-none-match']).toBeDefined();
    await leave();
  });

  it('asks again with what it knows, whichever page it is', async () => {
    const { id, customerId } = await newAccount(app.bank, '1');
    const page = await open('/customers');
    // As where others have all places for longer than a test lasts.
    await page.route(
      (url) => isWait(url.href),
      (route) => {
        const next = new URL(route.request().url()).searchParams.get('after');
        return route.fulfill({ headers: { 'retry-after': '1' }, json: { items: [], next, more: false } });
      },
    );
    await page.getByText('Looks every 5 s').waitFor();
    const asked: { readonly url: string; readonly knows: string | undefined }[] = [];
    const tags = new Map<string, string | undefined>();
    page.on('request', (request) => {
      const url = request.url();
      if (!isWait(url)) asked.push({ url, knows: request.headers()['if-none-match'] });
    });
    page.on('response', (response) => {
      if (response.status() === 200) tags.set(response.url(), response.headers().etag);
    });
    const tabs = ['transactions', 'months', 'holds', 'events'].map((tab) => `/accounts/${id}?tab=${tab}`);
    for (const place of ['/', '/customers', `/customers/${customerId}`, ...tabs, '/transfers', '/flow']) {
      asked.length = 0;
      tags.clear();
      await page.evaluate(`location.hash = '${place}'`);
      await page.rests();
      for (let rounds = 0; rounds < 2; rounds += 1) {
        await page.clock.runFor(6_000);
        await page.rests();
      }
      const again = asked.filter(({ url }, index) => asked.findIndex((each) => each.url === url) < index);
      const ignorant = again.filter(({ url, knows }) => tags.get(url) !== undefined && knows === undefined);
      expect({ place, ignorant }).toEqual({ place, ignorant: [] });
      const isKnown = again.some(({ knows }) => knows !== undefined);
      expect({ place, isKnown }).toEqual({ place, isKnown: true });
    }
  });

  it('asks again where an answer never comes', async () => {
    const { id } = await newAccount(app.bank, '1');
    const page = await open('/customers');
    await page.getByRole('heading', { name: 'Newest first', exact: true }).waitFor();
    const past = /\?version=1$/;
    const asked = page.waitForRequest(past);
    await page.route(past, () => undefined);
    await page.evaluate(`location.hash = '/accounts/${id}?version=1'`);
    await asked;
    const travel = page.getByRole('region', { name: 'Time travel', exact: true });
    await page.clock.runFor(26_000);
    await travel.getByText('The bank does not answer').waitFor();
    await page.unroute(past);
    await page.clock.runFor(6_000);
    await travel.getByText(/^Version 1 ·/).waitFor();
    expect(await travel.getByText('The bank does not answer').count()).toBe(0);
  });

  it('asks nothing while nobody sees it, and again at once', async () => {
    const { id } = await newAccount(app.bank, '1');
    const page = await open(`/accounts/${id}`);
    await page.getByRole('heading', { name: 'EUR account' }).waitFor();
    await hide(page, true);
    const asked = page.requested.length;
    await page.clock.runFor(120_000);
    expect(page.requested.length).toBe(asked);
    bodyOf(await app.bank.deposit(id, '41'));
    await hide(page, false);
    await page.locator('.main-figure', { hasText: '42.00' }).first().waitFor();
  });
});
