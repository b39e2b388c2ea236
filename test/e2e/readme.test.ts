import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { startApp, type App } from '../support/e2eApp.ts';
import { curlAt, paste } from '../support/paste.ts';

let data: string;
let app: App;
beforeAll(async () => {
  data = await temporaryFolder();
  app = await startApp(data, { flags: ['--allow-host', 'localhost:7071'] });
});
afterAll(() => app.stop());

/** The README's commands find the app of this test by its folder. */
const npm = () => `npm() { echo "=== npm $*"; command npm "$@" --data '${data}'; }\n`;

it('the walk-through of the README, pasted as it is, shows right totals', async () => {
  const readme = await readFile('README.md', 'utf8');
  const blocks = [...readme.matchAll(/^```\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const steps = blocks.filter((block) => /^curl /m.test(block));
  expect(steps).toHaveLength(2);
  const output = await paste(curlAt({ 7071: app.origin }) + npm() + steps.join(''));

  const shown = output.split('=== ');
  const afterLast = (command: string): string => shown.findLast((part) => part.split('\n')[0]?.includes(command)) ?? '';
  const answer = (command: string): unknown => JSON.parse(/^\{.*$/m.exec(afterLast(command))?.[0] ?? 'null');
  const eur = (amount: string) => ({ amount, currency: 'EUR' });
  const account = '7756c566-b8cb-5eae-bd3c-187780e884d5';

  expect(
    [...output.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code),
    output,
  ).toEqual(['InsufficientFunds']);
  expect(answer(`/accounts/${account}/transfers`)).toMatchObject({ status: 'completed' });
  expect(answer(`/accounts/${account}?atLeast=7`)).toMatchObject({ version: 7, balance: eur('15.00') });
  expect(answer('/transactions?atLeast=7')).toMatchObject({
    items: ['15.00', '30.00', '42.00', '100.00'].map((amount) => ({ balanceAfter: eur(amount) })),
  });
  expect(answer(`?atLeast=${account}:7&`)).toMatchObject({ totals: [eur('27.00')] });
  expect(answer('/customers?email=')).toMatchObject({ items: [{ accounts: 2 }] });
  expect(answer('/customers?name=ki')).toMatchObject({ items: [{ lastName: 'King' }] });
  expect(answer(`/accounts/${account}?version=2`)).toMatchObject({ balance: eur('100.00') });
  for (const command of ['npm run rebuild', 'npm run replay']) expect(afterLast(command)).toMatch(/\n100 % .*\n$/);
});
