import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { launchChromium, missingChromium } from '../test/support/launchChromium.ts';
import { get, newAccounts, startBank, type BankProcess } from './bankProcess.ts';
import { lengthen } from './longHistory.ts';
import { median } from './median.ts';
import { printTable } from './table.ts';
import { untilIdle } from './untilIdle.ts';

const turns = 9;

/** An account's page is whole once it shows these: the balance over time, the time travel, a line of the statement. */
const parts = ['.plot canvas', '.changes', '[role=tabpanel] td'];

/** How soon the console shows something, and an account all that its page has, however long its history is. */
export const consolePages = async (): Promise<void> => {
  if (missingChromium !== undefined) {
    process.stdout.write(`${missingChromium}\n`);
    return;
  }
  const bank = await startBank();
  const browser = await launchChromium();
  try {
    const origin = new URL(bank.url).origin;
    const rows = [await opened(browser, 'Home', `${origin}/#/`, ['table'])];
    for (const events of [10, 100_000]) {
      const [id = ''] = await newAccounts(bank, 1);
      await lengthen(bank.cosmos, id, events);
      await untilShown(bank, id, events);
      // The app may still fold so many events into its slower views, which would slow down the pages.
      await untilIdle(bank);
      const title = `an account of ${events.toLocaleString('en')} events`;
      rows.push(await opened(browser, title, `${origin}/#/accounts/${id}`, parts));
    }
    printTable('Pages of the console, each time in a new profile', rows);
  } finally {
    await browser.close();
    await bank.stop();
  }
};

/** `wanted` are the parts of the page that come last. */
const opened = async (browser: Browser, page: string, url: string, wanted: readonly string[]) => {
  const paints: number[] = [];
  const wholes: number[] = [];
  for (let turn = 0; turn <= turns; turn += 1) {
    const context = await browser.newContext();
    const window = await context.newPage();
    const begun = performance.now();
    await window.goto(url);
    await Promise.all(wanted.map((part) => window.locator(part).first().waitFor()));
    const whole = performance.now() - begun;
    const paint = await window.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    // The first turn warms up the app and the browser.
    if (turn > 0 && paint !== undefined) {
      paints.push(paint);
      wholes.push(whole);
    }
    await context.close();
  }
  return {
    page,
    'first paint, median ms': Math.round(median(paints)),
    'all there, median ms': Math.round(median(wholes)),
  };
};

const untilShown = async (bank: BankProcess, id: string, events: number): Promise<void> => {
  const version = async () => ((await get(`${bank.url}/accounts/${id}`)) as unknown as { version: number }).version;
  while ((await version()) < events) await sleep(200);
};
