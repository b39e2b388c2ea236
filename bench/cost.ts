import { get, newAccounts, post, startBank, type BankProcess } from './bankProcess.ts';
import { maximumGroup } from '../application/eventStore.ts';
import { lengthen } from './longHistory.ts';
import { printTable } from './table.ts';

/** Reports the requests to Cosmos DB and the modelled request units of each command and of past accounts, from their Server-Timing. */
export const cost = async (): Promise<void> => {
  const rows: Record<string, string | number>[] = [];
  const pastRows: Record<string, string | number>[] = [];
  for (const events of [10, 1_000, 100_000]) {
    const bank = await startBank();
    try {
      rows.push(...(await costAt(bank, events)));
      pastRows.push(...(await costOfPast(bank, events)));
    } finally {
      await bank.stop();
    }
  }
  printTable('Cost of a command: requests to Cosmos DB, and modelled request units', rows);
  printTable('Cost of a past account and of the name of its customer: the same', pastRows);
};

const costAt = async (bank: BankProcess, events: number) => {
  const email = `${crypto.randomUUID()}@example.com`;
  const customer = await post(`${bank.url}/customers`, { firstName: 'Ada', lastName: 'Lovelace', email });
  const opened = await post(`${bank.url}/accounts`, { customerId: customer.id, currency: 'EUR' });
  const [moved = ''] = await newAccounts(bank, 1);
  for (const id of [opened.id, moved]) await lengthen(bank.cosmos, id, events);
  const { url: other } = await bank.startInstance();

  const deposit = (id: string, headers: Record<string, string> = {}, url = bank.url) =>
    post(`${url}/accounts/${id}/deposits`, { amount: '1.00', currency: 'EUR' }, headers);
  const key = () => ({ 'idempotency-key': crypto.randomUUID() });
  const row = (command: string, { trips, units }: { trips: number; units: number }) => ({
    events,
    command,
    trips,
    units,
  });
  const [cold, warm, keyed] = [
    await deposit(opened.id, {}, other),
    await deposit(opened.id, {}, other),
    await deposit(opened.id, key(), other),
  ];
  // The first one is written alone and slowly. The others wait for it, and are then written together.
  const slowly = {
    on: { target: 'events', operation: 'batch' },
    times: 1,
    fault: { kind: 'delay', ms: 500 },
  } as const;
  await bank.cosmosFaults.inject(slowly);
  const group = await Promise.all(Array.from({ length: 21 }, () => deposit(opened.id, key(), other)));
  return [
    row('create a customer', customer),
    row('open an account', opened),
    row('deposit, cold', cold),
    row('deposit, warm', warm),
    row('deposit, warm, with a key', keyed),
    row('deposit, in a group of 20 (each)', median(group)),
    row('deposit, cold, with a key', await deposit(moved, key(), other)),
    row('deposit, another instance has moved the account', await deposit(moved)),
  ];
};

/** What reads of an account's past cost. All of its commits but the first came in appends of a hundred. */
const costOfPast = async (bank: BankProcess, events: number) => {
  const [id = ''] = await newAccounts(bank, 1);
  await lengthen(bank.cosmos, id, events);
  const path = `${bank.url}/accounts/${id}`;
  const middle = Math.floor(events / 2);
  const lastOfAppend = events < maximumGroup ? events : middle - (middle % maximumGroup) + 1;
  const row = async (query: string, asked: string) => {
    // The instance knows for a moment which generation answers.
    await get(path);
    const { trips, units } = await get(`${path}?${asked}`);
    return { events, query, trips, units };
  };
  const { updatedAt } = await get(`${path}?version=${middle}`);
  return [
    await row('version=1', 'version=1'),
    await row('version=, the last of an append', `version=${lastOfAppend}`),
    await row('version=, in the middle of an append', `version=${middle}`),
    await row('at=', `at=${updatedAt}`),
  ];
};

const median = <Cost extends { units: number }>(costs: readonly Cost[]): Cost => {
  const middle = costs.toSorted((a, b) => a.units - b.units)[Math.floor(costs.length / 2)];
  if (!middle) throw new Error('There is none in the middle');
  return middle;
};
