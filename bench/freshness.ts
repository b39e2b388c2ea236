import { setTimeout as sleep } from 'node:timers/promises';
import { newAccounts, post, startBank, type BankProcess } from './bankProcess.ts';
import { printTable } from './table.ts';
import { load } from './throughput.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const connections = 16;

/** Measures the time from the answer to a command until an ordinary query shows its effect. */
export const freshness = async (): Promise<void> => {
  const bank = await startBank();
  try {
    const [probed, busy] = [await newAccounts(bank, 20), await newAccounts(bank, 200)];
    await probe(bank, probed, 2_000);
    const idle = await probe(bank, probed, seconds * 1_000);
    const { rate } = await load(bank, busy, connections, seconds);
    await sleep(5_000);
    const half = Math.round(rate / 2);
    const [loaded] = await Promise.all([
      probe(bank, probed, seconds * 1_000),
      load(bank, busy, connections, seconds, half),
    ]);
    printTable('From a command to the view, ms', [
      { 'beside it': 'nothing', ...idle },
      { 'beside it': `${half} commands a second, half of what it can take`, ...loaded },
    ]);
  } finally {
    await bank.stop();
  }
};

/** Sends one command after another, and waits each time until a query shows it. */
const probe = async (bank: BankProcess, accounts: readonly string[], ms: number) => {
  const took: number[] = [];
  const deadline = performance.now() + ms;
  for (let turn = 0; performance.now() < deadline; turn += 1) {
    const url = `${bank.url}/accounts/${accounts[turn % accounts.length] ?? ''}`;
    const { version } = await post(`${url}/deposits`, { amount: '1.00', currency: 'EUR' });
    const answered = performance.now();
    while (((await (await fetch(url)).json()) as { version: number }).version < version) await sleep(1);
    took.push(performance.now() - answered);
  }
  took.sort((a, b) => a - b);
  const percentile = (share: number) => (took[Math.floor(share * (took.length - 1))] ?? 0).toFixed(0);
  return { commands: took.length, p50: percentile(0.5), p99: percentile(0.99) };
};
