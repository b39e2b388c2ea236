import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { follow, type Started } from '../local/launcher/runStart.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';

const app = appOfThisFile();
const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const name = 'large-deposits';

it('a program of its own hears of large deposits alone, also of those while it was away, and of the past by a replay', async () => {
  let example: Started;
  const begin = async () => {
    example = follow(process.execPath, [path('examples/largeDeposits.ts')], { env: { SERVICEBUS: app.serviceBusAt } });
    await eventually(() => Promise.resolve(example.out() + example.errors())).toContain(`Listening to ${name}`);
  };
  const end = async () => {
    example.child.kill('SIGTERM');
    await example.gone;
  };
  onTestFinished(end);
  const heard = () => example.out().match(/(?<=\().*(?=\))/g) ?? [];
  const hears = (...ids: string[]) => eventually(() => Promise.resolve(heard())).toEqual(ids);

  const { id } = await newAccount(app.bank, '5000');
  await begin();
  expect(await app.administration.getSubscription('bank-events', name)).toMatchObject({
    defaultMessageTimeToLive: 'P1D',
    autoDeleteOnIdle: 'P1D',
  });
  bodyOf(await app.bank.deposit(id, '1000.00'));
  bodyOf(await app.bank.withdraw(id, '2000.00'));
  const { transactionId: first } = bodyOf(await app.bank.deposit(id, '1000.01'));
  await hears(first);

  await end();
  const { transactionId: second } = bodyOf(await app.bank.deposit(id, '2000.00'));
  await begin();
  await hears(second);

  const replay = async (listener: string, ...more: string[]) => {
    const from = ['--listener', listener, '--from', '2020-01-01T00:00:00Z', ...more];
    const { gone } = follow(process.execPath, [path('cli/replay.ts'), ...from, '--url', app.origin]);
    expect(await gone).toMatchObject({ code: 0 });
  };
  // History for somebody else is no news.
  await replay('accounts');
  await replay(`subscription:${name}`, '--types', 'MoneyDeposited', '--aggregate', id, '--from', '1');
  await hears(second, `${id}:2`, `${id}:3`, first, second);
});
