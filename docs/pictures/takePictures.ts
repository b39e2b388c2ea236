import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { fillFolder } from '../../demo/fillFolder.ts';
import { idOf } from '../../demo/plan/steps.ts';
import { start } from '../../test/local/launcher/runStart.ts';
import { launchChromium } from '../../test/support/launchChromium.ts';

type Options = {
  /** An empty folder, in which the services keep the demo's data meanwhile. */
  readonly data: string;
  /** Where the pictures go. */
  readonly folder: string;
};

export const schemes = ['light', 'dark'] as const;
export const pictureSize = { width: 1_280, height: 1_000 };
export const pictureName = (scheme: (typeof schemes)[number]): string => `console-${scheme}.png`;

/** Takes the pictures of the README: an account of the demo in the console, in both schemes of colour. Returns their paths. */
export const takePictures = async ({ data, folder }: Options): Promise<readonly string[]> => {
  await fillFolder({ data, fresh: true }, {});
  const app = await startApp(data);
  const browser = await launchChromium();
  try {
    await viewsHaveAll(app.origin);
    const files: string[] = [];
    for (const scheme of schemes) {
      const path = join(folder, pictureName(scheme));
      await takePicture(browser, app.origin, scheme, path);
      files.push(path);
    }
    return files;
  } finally {
    await browser.close();
    app.child.kill('SIGTERM');
    await app.gone;
  }
};

const shownAccount = idOf('account-0');
/** One whose movement shows what time travel is for. */
const shownVersion = 45;

const takePicture = async (
  browser: Browser,
  origin: string,
  colorScheme: (typeof schemes)[number],
  path: string,
): Promise<void> => {
  const context = await browser.newContext({
    ...{ viewport: pictureSize, colorScheme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' },
  });
  const page = await context.newPage();
  await page.goto(`${origin}/#/accounts/${shownAccount}?version=${shownVersion}`);
  await page.locator('.changes').waitFor();
  await page.locator('.plot canvas').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('Loading…').first().waitFor({ state: 'detached' });
  await page.screenshot({ path });
  await context.close();
};

const patienceMs = 60_000;

/** The app folds what the demo has appended once it runs. */
const viewsHaveAll = async (origin: string): Promise<void> => {
  const account = `${origin}/api/accounts/${shownAccount}`;
  const events = await fetch(`${account}/events?order=newest&limit=1`);
  const [newest] = ((await events.json()) as { items: readonly { version: number }[] }).items;
  const isThere = async () => {
    const reply = await fetch(`${account}?atLeast=${newest?.version}`);
    return reply.headers.get('daybook-source') === 'view';
  };
  const until = Date.now() + patienceMs;
  while (!(await isThere())) {
    if (Date.now() > until) throw new Error('The views do not come to the end of the demo');
    await sleep(200);
  }
};

const freePorts = ['--port', '--cosmos-port', '--servicebus-port', '--storage-port', '--mail-port', '--smtp-port'];

const startApp = async (data: string) => {
  const { child, ready, gone } = start(...freePorts.flatMap((flag) => [flag, '0']), '--data', data, '--ready-json');
  const { port } = await ready;
  return { origin: `http://127.0.0.1:${port}`, child, gone };
};
