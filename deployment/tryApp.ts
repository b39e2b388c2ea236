import { setTimeout as sleep } from 'node:timers/promises';
import { follow, script } from '../test/local/launcher/runStart.ts';
import { createBankClient, type BankClient } from '../test/support/e2eBank.ts';

const settings = { CURSOR_KEY: 'only-for-this-one-run', AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
const patienceMs = 60_000;

/** Runs an app on the embedded services, sends it a command, and waits until a view shows the result. Throws if that fails. */
export const tryApp = async (entry: string, data: string): Promise<void> => {
  const app = follow(
    process.execPath,
    [
      ...[script, '--app', entry, '--topology', 'infra/topology.json', '--data', data, '--ready-json'],
      ...['--port', '0', '--cosmos-port', '0', '--servicebus-port', '0', '--storage-port', '0'],
    ],
    { env: settings },
  );
  try {
    const { port } = await app.ready;
    await useApp(createBankClient(`http://127.0.0.1:${port}`));
  } catch (error) {
    throw new Error(`The app does not work:\n${app.out()}\n${app.errors()}`, { cause: error });
  } finally {
    app.child.kill();
    await app.gone;
  }
};

const useApp = async (bank: BankClient): Promise<void> => {
  const email = 'ada@example.com';
  const created = await bank.createCustomer({ email });
  if (created.status !== 201) throw new Error(`It answered a command with ${created.status}: ${created.text}`);
  const deadline = Date.now() + patienceMs;
  // Only the view can be searched, and it gets its customers by messages.
  while ((await bank.customers({ email })).body.items.length === 0) {
    if (Date.now() > deadline) throw new Error('The view never shows the customer');
    await sleep(50);
  }
};
