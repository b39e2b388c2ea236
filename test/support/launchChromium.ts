import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Debian's; CHROMIUM names another one. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Says that there is no Chromium here; undefined where there is one. */
export const missingChromium = existsSync(executablePath)
  ? undefined
  : `There is no Chromium at ${executablePath}. CHROMIUM names another place.`;

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Without its sandbox, since it has none as root. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: flags, chromiumSandbox: false });
