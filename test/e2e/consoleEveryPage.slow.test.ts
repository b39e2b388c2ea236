import { beforeAll, describe, expect, it } from 'vitest';
import { browserOfThisFile, describeInChromium, desktop } from '../support/chromium.ts';
import { fillConsoleBank } from '../support/consoleBank.ts';
import { complaintsOf, picture, variants } from '../support/consoleLook.ts';
import { pagesOfConsole, placeOf } from '../support/consolePages.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { eventually } from '../support/e2eEventually.ts';
import { answering, startReceiver } from '../support/webhookReceiver.ts';

const app = appOfThisFile({ env: { CONSOLE: 'true', LISTENERS: 'webhooks' } });
const browser = browserOfThisFile();
const pages = await pagesOfConsole();

const nameOf = (path: string): string => (path === '/' ? 'home' : path);

const lookAt = (state: string, values: () => Readonly<Record<string, string>>) =>
  it.each(variants)(
    'is right on %s',
    async (variant, options) => {
      const page = await browser.open(`${app.origin}/`, options);
      for (const each of pages) {
        const place = placeOf(each, values());
        await page.evaluate(`location.hash = '${place}'`);
        await page.rests();
        expect({ place, complaints: await complaintsOf(page, app.origin) }).toEqual({ place, complaints: [] });
        await picture(page, `${nameOf(each.path)} ${state} ${variant}`);
      }
    },
    120_000,
  );

/** What opens a form or a tab, on the page where it is. */
const openings = [
  ['/customers', /^New customer$/, 'button'],
  ['/customers/:id', /^Open an account$/, 'button'],
  ...[/^Deposit$/, /^Withdraw$/, /^Transfer$/, /^Hold$/, /^Freeze$/, /^Close account$/, /^Reverse/].map(
    (name) => ['/accounts/:id', name, 'button'] as const,
  ),
  ...[/^Months$/, /^Holds$/, /^Events$/].map((name) => ['/accounts/:id', name, 'tab'] as const),
  ['/views', /^Rebuild/, 'button'],
  ...[/^Discard$/, /^Send again$/, /^Replay/, /^New webhook$/].map((name) => ['/listeners', name, 'button'] as const),
  ...[/^Send what failed again$/, /^Replay$/, /^Disable$/, /^Delete$/].map(
    (name) => ['/listeners/webhooks/:id', name, 'button'] as const,
  ),
] as const;

describeInChromium('every page of the console', () => {
  describe('of an empty bank', () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    lookAt('empty', () => Object.fromEntries(pages.map(({ path }) => [path, nobody])));
  });

  describe('of a bank with some of everything', () => {
    let values: Readonly<Record<string, string>>;
    beforeAll(async () => {
      const receiver = await startReceiver(answering(500));
      values = await fillConsoleBank(app, receiver.url);
    });
    lookAt('full', () => values);

    it.each(variants)('is right on %s, also with each of its forms and tabs', async (variant, options) => {
      for (const [path, name, opened] of openings) {
        const place = path.replaceAll(/:\w+/g, () => values[path] ?? '');
        const page = await browser.open(`${app.origin}/#${place}`, options);
        await page.rests();
        await page.getByRole(opened, { name }).first().click();
        await page.rests();
        expect({ path, name, complaints: await complaintsOf(page, app.origin) }).toEqual({
          path,
          name,
          complaints: [],
        });
        await picture(page, `${path} ${name.source} ${variant}`, { fullPage: opened === 'tab' });
        await page.close();
      }
    });

    it('is usable by keyboard alone: Tab comes to everything that can be used, visibly, and goes on', async () => {
      const page = await browser.open(`${app.origin}/`, { viewport: desktop });
      for (const each of pages) {
        await page.evaluate(`location.hash = '${placeOf(each, values)}'`);
        await page.rests();
        await page.evaluate('document.activeElement.blur()');
        // From the tab that is shown, arrows lead to the others.
        const usable = `[...document.querySelectorAll('a[href], button:not(:disabled), input, select, summary, [tabindex="0"]')]
          .filter((each) => each.checkVisibility() && !each.matches('[role=tab][aria-selected=false]'))`;
        const missed = `${usable}.filter((each) => !each.hasAttribute('data-seen')).map((each) => each.outerHTML)`;
        const most = 2 * (await page.evaluate<number>(`${usable}.length`)) + 30;
        // A field for a time is several stops.
        for (let presses = 0; presses < most; presses += 1) {
          await page.keyboard.press('Tab');
          const isMore = await page.evaluate<boolean>(`{
            const { activeElement } = document;
            if (getComputedStyle(activeElement).outlineStyle !== 'none') activeElement.setAttribute('data-seen', '');
            ${missed}.length > 0;
          }`);
          if (!isMore) break;
        }
        expect({ path: each.path, missed: await page.evaluate(missed) }).toEqual({ path: each.path, missed: [] });
      }
    });

    it('says so while a service is away, keeps what it shows, and goes on by itself', async () => {
      const opened = await Promise.all(
        pages.map(async (each) => {
          const page = await browser.open(`${app.origin}/#${placeOf(each, values)}`, { viewport: desktop });
          await page.rests();
          return { path: each.path, page, texts: await page.locator('h2').allInnerTexts() };
        }),
      );
      // The launcher answers for faults, and the instance's memory for a flow.
      const asking = opened.filter(({ path }) => !['/faults', '/flow/:id'].includes(path));
      await app.cosmosFaults.pause();
      const silent = async () => {
        const notices = await Promise.all(asking.map(({ page }) => page.locator('.notice.warn, .notice.bad').count()));
        return asking.filter((_, index) => notices[index] === 0).map(({ path }) => path);
      };
      await eventually(silent, 40_000).toEqual([]);
      for (const { path, page, texts } of asking) {
        expect(await page.locator('h2').allInnerTexts()).toEqual(expect.arrayContaining(texts));
        await picture(page, `${nameOf(path)} failing`);
      }
      await app.cosmosFaults.resume();
      for (const { page } of asking) {
        await eventually(
          () => page.getByText(/What you see below is from before|does not answer/).count(),
          40_000,
        ).toBe(0);
      }
    }, 180_000);
  });
});
