import { newAccounts, post, startBank, type BankProcess } from './bankProcess.ts';
import { lengthen } from './longHistory.ts';
import { printTable } from './table.ts';

/** Requests to Cosmos DB and modelled request units of each command, from Server-Timing. */
export const cost = async (): Promise<void> => {
  const rows: Record<string, string | number>[] = [];
  for (const events of [10, 1_000, 100_000]) {
    const bank = await startBank();
    try {
      rows.push(...(await costAt(bank, events)));
    } finally {
      await bank.stop();
    }
  }
  printTable('Cost of a command: requests to Cosmos DB, and modelled request units', rows);
};

const costAt = async (bank: BankProcess, events: number) => {
  const email = `${crypto.randomUUID()}@example.com`;
  const customer = await post(`${bank.url}/customers`, { firstName: 'Ada', lastName: 'Lovelace', email });
  const opened = await post(`${bank.url}/accounts`, { customerId: customer.id, currency: 'EUR' });
  const [cold = ''] = await newAccounts(bank, 1);
  for (const id of [opened.id, cold]) await lengthen(bank.cosmos, id, events);

  const deposit = (id: string, headers?: Record<string, string>) =>
    post(`${bank.url}/accounts/${id}/deposits`, { amount: '1.00', currency: 'EUR' }, headers);
  // This instance appended the account's first event, so its cached head is stale: let it see the newest.
  await deposit(opened.id);
  const warm = await deposit(opened.id);
  const keyed = await deposit(opened.id, { 'idempotency-key': crypto.randomUUID() });
  const group = await Promise.all(Array.from({ length: 21 }, () => deposit(opened.id)));
  const stale = await deposit(cold);

  const parse = (timing: string) => ({
    trips: Number(/trips;desc="(\d+)"/.exec(timing)?.[1]),
    units: Number(/units;desc="([\d.]+)"/.exec(timing)?.[1]),
  });
  const row = (command: string, timing: string) => ({ events, command, ...parse(timing) });
  return [
    row('create a customer', customer.timing),
    row('open an account', opened.timing),
    row('deposit, warm', warm.timing),
    row('deposit, warm, with a key', keyed.timing),
    row('deposit, in a group of 20 (each)', group.at(-1)?.timing ?? ''),
    row('deposit, the cached head is stale', stale.timing),
  ];
};
