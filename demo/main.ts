import { parseArgs } from 'node:util';
import { progressLine } from '../cli/progressLine.ts';
import { runCommand } from '../cli/runCommand.ts';
import type { DemoOptions } from './fillDemo.ts';
import { fillFolder } from './fillFolder.ts';
import { wholeDemo } from './plan/plan.ts';

const usage = `npm run demo

Fills the data folder with 20 customers, 30 accounts in four currencies, and what they did in the last 90 days. npm start shows it.
The app must not run meanwhile.

  --data <folder>           where the services keep their data (.daybook)
  --fresh                   delete the data of earlier runs first
  --help                    show this`;

/** Draws the progress in one line of the terminal; elsewhere nothing moves. */
const showProgress = (): NonNullable<DemoOptions['onProgress']> => {
  const { stdout } = process;
  let begun: number | undefined;
  let drawnAt = 0;
  return ({ done, total }) => {
    const now = performance.now();
    begun ??= now;
    if (!stdout.isTTY || (done < total && now - drawnAt < 100)) return;
    drawnAt = now;
    const rate = Math.round((done * 1_000) / Math.max(now - begun, 1));
    const secondsLeft = Math.ceil((total - done) / Math.max(rate, 1));
    const status = done < total ? 'running' : 'succeeded';
    stdout.write(
      `\r\u001b[2K${progressLine({ status, done, total, rate, secondsLeft, unit: 'steps' }, stdout.columns)}`,
    );
    if (done === total) stdout.write('\n');
  };
};

const run = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '.daybook' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { isNew, from, to } = await fillFolder(values, { onProgress: showProgress() });
  const { customers, accounts } = wholeDemo;
  const what = `${customers} customers and ${accounts} accounts, from ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  process.stdout.write(`${isNew ? what : `The demo is there already: ${what}`}. npm start shows them.\n`);
  return 0;
};

await runCommand(run);
