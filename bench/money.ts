import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../adapters/cosmos/client/database.ts';
import { cosmosEmailClaims } from '../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../adapters/cosmos/eventStore.ts';
import { meter } from '../adapters/telemetry/meter.ts';
import { createBank } from '../application/commands/bank/bank.ts';
import { createHistory } from '../application/history.ts';
import { account } from '../domain/account/account.ts';
import type { AccountCommand } from '../domain/account/commands.ts';
import { currency } from '../domain/currency.ts';
import { ownerOf } from '../domain/ownership.ts';
import { bankRegistry } from '../domain/registry.ts';
import { get, newAccounts, post, startBank, type BankProcess } from './bankProcess.ts';
import { longBook } from './longBook.ts';
import { manyTransfers } from './manyTransfers.ts';
import { printTable } from './table.ts';
import topology from '../infra/topology.json' with { type: 'json' };

const transfers = Number(process.env.BENCH_TRANSFERS ?? 10_000);

/**
 * Reports what a transfer costs with both of its ends, how soon it is settled, how many two instances carry out a second, also while one
 * of them is killed again and again, and what a long book costs.
 */
export const money = async (): Promise<void> => {
  const bank = await startBank();
  try {
    printTable('A transfer: requests to Cosmos DB, and modelled request units', await costs(bank));
    printTable('A deposit beside holds: the same', await besideHolds(bank));
    printTable('From the answer to a transfer to its end, idle, ms', [await settling(bank)]);
    const undisturbed = await manyTransfers(bank, { transfers: transfers / 5 });
    const killed = await manyTransfers(bank, { transfers, killEveryMs: 10_000 });
    printTable('Transfers among 100 accounts, two instances, 16 callers', [undisturbed, killed]);
    printTable('A plot, the months and this month of an account', await longBook(bank));
  } finally {
    await bank.stop();
  }
};

/** An instance of the bank in this process, on the same store, with caches of its own; measures what a command costs. */
const instanceOn = (bank: BankProcess) => {
  const database = openDatabase({ connectionString: bank.cosmos }, topology.cosmos);
  const eventStore = cosmosEventStore(database.container('events'));
  const history = createHistory(eventStore, bankRegistry);
  const commands = createBank({
    ...{ eventStore, history, claims: cosmosEmailClaims(database.container('customer-emails')), ownerOf, meter },
    ...{ clock: { now: () => Date.now() }, pause: (attempt) => sleep(attempt), onCommitted: () => undefined },
  });
  const cost = async (id: string, command: AccountCommand) =>
    meter.measure(async (bill) => {
      const outcome = await commands.execute(account, id, {
        ...{ command, commandId: `u:${crypto.randomUUID()}`, keyed: false, fingerprint: '', actor: 'bench' },
        ...{ correlationId: 'bench', traceparent: crypto.randomUUID() },
      });
      if (outcome.outcome !== 'done') throw new Error(`${command.type}: ${outcome.outcome}`);
      return { version: outcome.commit.version, trips: bill.trips, units: bill.units };
    });
  return { cost, close: () => database.close() };
};

const euros = (minor: number) => ({ amount: { minor, currency: currency.parse('EUR') } });
const row = (what: string, parts: readonly { readonly trips: number; readonly units: number }[]) => ({
  what,
  trips: parts.reduce((sum, { trips }) => sum + trips, 0),
  units: parts.reduce((sum, { units }) => sum + units, 0).toFixed(1),
});

const costs = async (bank: BankProcess) => {
  const [from = '', to = ''] = await newAccounts(bank, 2);
  await post(`${bank.url}/accounts/${from}/deposits`, { amount: '100.00', currency: 'EUR' });
  const sending = { type: 'SendTransfer', to, isSame: false, receiver: undefined, ...euros(1) } as const;
  const one = instanceOn(bank);
  const cold = await one.cost(from, sending);
  const ownEnd = await one.cost(from, { type: 'SettleTransfer', transfer: cold.version });
  // The command and its ends in two instances, none of which knows the accounts.
  const [third, other] = [instanceOn(bank), instanceOn(bank)];
  const apart = await third.cost(from, sending);
  const otherEnd = await other.cost(from, { type: 'SettleTransfer', transfer: apart.version });
  const second = instanceOn(bank);
  await second
    .cost(from, sending)
    .then(({ version }) => second.cost(from, { type: 'SettleTransfer', transfer: version }));
  const warm = await second.cost(from, sending);
  const warmEnd = await second.cost(from, { type: 'SettleTransfer', transfer: warm.version });
  for (const each of [one, second, third, other]) each.close();
  return [
    row('warm: the command', [warm]),
    row('warm: the command, the verdict, the end', [warm, warmEnd]),
    row('cold: the command', [cold]),
    row('cold: all three', [cold, ownEnd]),
    row('cold: all three, in two instances', [apart, otherEnd]),
  ];
};

const besideHolds = async (bank: BankProcess) => {
  const [id = ''] = await newAccounts(bank, 1);
  const [url, amount] = [`${bank.url}/accounts/${id}`, { amount: '1.00', currency: 'EUR' }];
  await post(`${url}/deposits`, { ...amount, amount: '1000.00' });
  const timed = async (what: string) => {
    const took: number[] = [];
    let cost = { trips: 0, units: 0 };
    for (let turn = 0; turn < 100; turn += 1) {
      const begun = performance.now();
      cost = await post(`${url}/deposits`, amount);
      took.push(performance.now() - begun);
    }
    return { ...row(what, [cost]), 'median ms': took.toSorted((a, b) => a - b)[50]?.toFixed(2) ?? '' };
  };
  await timed('to warm up');
  const without = await timed('no hold');
  for (let hold = 0; hold < 100; hold += 1) await post(`${url}/holds`, amount);
  return [without, await timed('100 holds')];
};

const settling = async (bank: BankProcess) => {
  const [from = '', to = ''] = await newAccounts(bank, 2);
  await post(`${bank.url}/accounts/${from}/deposits`, { amount: '1000.00', currency: 'EUR' });
  const took: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const body = { to, amount: '0.01', currency: 'EUR' };
    const { version } = await post(`${bank.url}/accounts/${from}/transfers`, body);
    const answered = performance.now();
    const isOver = async () => {
      const found = (await get(`${bank.url}/transfers/${from}:${version}`)) as unknown as { status: string };
      return found.status !== 'inTransit';
    };
    while (!(await isOver())) await sleep(1);
    took.push(performance.now() - answered);
  }
  took.sort((a, b) => a - b);
  const percentile = (share: number) => (took[Math.floor(share * (took.length - 1))] ?? 0).toFixed(0);
  return { transfers: took.length, p50: percentile(0.5), p99: percentile(0.99) };
};
