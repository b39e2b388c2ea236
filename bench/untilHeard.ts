import { setTimeout as sleep } from 'node:timers/promises';
import { newAccounts, post, type BankProcess } from './bankProcess.ts';
import { quantile } from './median.ts';

/**
 * Sends one deposit after another, with a pause between them, and takes the time from each answer until someone has heard of it, in ms.
 */
export const untilHeard = async (
  bank: BankProcess,
  ms: number,
  arrival: (eventId: string) => Promise<number>,
  pauseMs = 0,
) => {
  const accounts = await newAccounts(bank, 20);
  const took: number[] = [];
  const deadline = performance.now() + ms;
  for (let turn = 0; performance.now() < deadline; turn += 1) {
    const id = accounts[turn % accounts.length] ?? '';
    const { version } = await post(`${bank.url}/accounts/${id}/deposits`, { amount: '1.00', currency: 'EUR' });
    const answered = performance.now();
    took.push((await arrival(`${id}:${version}`)) - answered);
    await sleep(pauseMs);
  }
  return { commands: took.length, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
};
