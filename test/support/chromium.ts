import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { launchChromium, missingChromium } from './launchChromium.ts';

if (missingChromium !== undefined) console.warn(`Tests of pages are skipped. ${missingChromium}`);

/** Tests of pages, which are skipped where there is no Chromium. */
export const describeInChromium = describe.skipIf(missingChromium !== undefined);

export type Window = Page & {
  /** Every request of the page, by its URL: also those that something refused. */
  readonly requested: readonly string[];
  /** Waits until the page asks nothing; it may hear of events meanwhile, which is a request that waits. */
  readonly rests: () => Promise<void>;
  /** What the page logged as errors or threw, and what its policy refused. */
  readonly complaints: readonly string[];
};

/** One browser for all tests of a file. A window that it opens has a profile of its own, and is closed after its test. */
export const browserOfThisFile = (): { open: (url: string, options?: BrowserContextOptions) => Promise<Window> } => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (missingChromium === undefined) browser = await launchChromium();
  });
  afterEach(() => Promise.all((browser?.contexts() ?? []).map((context) => context.close())));
  afterAll(() => browser?.close());

  return {
    async open(url, options = {}) {
      if (!browser) throw new Error('The browser runs only while tests do');
      const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
      const page = await context.newPage();
      // Before the test's own end, so that a failure names what was waited for.
      page.setDefaultTimeout(20_000);
      const requested: string[] = [];
      const complaints: string[] = [];
      const underWay = new Set<unknown>();
      page.on('request', (request) => {
        requested.push(request.url());
        if (!request.url().includes('/api/feed?')) underWay.add(request);
      });
      for (const end of ['requestfinished', 'requestfailed'] as const) {
        page.on(end as 'requestfinished', (request) => underWay.delete(request));
      }
      const rests = async () => {
        // Before it has a title, it has asked nothing yet.
        await page.locator('h1').first().waitFor();
        await page.getByText('Loading…').first().waitFor({ state: 'detached' });
        // What an answer leads to is asked for within a frame or two.
        for (let looks = 0; looks < 3; looks = underWay.size === 0 ? looks + 1 : 0) await page.waitForTimeout(50);
      };
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // A refusal is an answer, which the page deals with.
        const isRefusal = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
      });
      const window = Object.assign(page, { requested, complaints, rests });
      await window.goto(url);
      return window;
    },
  };
};

/** Sizes of a desktop's and a phone's window. */
export const desktop = { width: 1_280, height: 900 };
export const phone = { width: 360, height: 740 };
