import { setTimeout as sleep } from 'node:timers/promises';
import { get, newAccounts, post, type BankProcess } from './bankProcess.ts';

const callers = 16;
const accounts = 100;
const beginning = 10_000;

type Options = {
  readonly transfers: number;
  /** Kills one of the two instances and starts another one, again and again, in ms. */
  readonly killEveryMs?: number;
};

/**
 * Sends money about among 100 accounts by two instances; a caller that gets no answer asks the other one with the same key. Ends once
 * every account has what the answers make of it. Throws when it never does: then money was lost, or moved twice.
 */
export const manyTransfers = async (bank: BankProcess, { transfers, killEveryMs }: Options) => {
  const ids = await newAccounts(bank, accounts);
  for (const id of ids) {
    await post(`${bank.url}/accounts/${id}/deposits`, { amount: (beginning / 100).toFixed(2), currency: 'EUR' });
  }
  const expected = new Map(ids.map((id) => [id, beginning]));
  let other = await bank.startInstance();
  const sending = new AbortController();
  let kills = 0;
  const killing = async () => {
    while (killEveryMs !== undefined) {
      await sleep(killEveryMs, undefined, { signal: sending.signal });
      await other.kill();
      kills += 1;
      other = await bank.startInstance();
    }
  };
  const killed = killing().catch((error: unknown) => {
    if (!sending.signal.aborted) throw error;
  });

  let left = transfers;
  let unanswered = 0;
  const urlOf = (attempt: number) => (attempt % 2 === 0 ? bank.url : other.url);
  const send = async (from: string, to: string) => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const body = { to, amount: '0.01', currency: 'EUR' };
    for (let attempt = Math.floor(Math.random() * 2); ; attempt += 1) {
      const sent = await post(`${urlOf(attempt)}/accounts/${from}/transfers`, body, key).catch(() => undefined);
      if (sent) return;
      unanswered += 1;
      await sleep(10);
    }
  };
  const caller = async () => {
    while ((left -= 1) >= 0) {
      const from = Math.floor(Math.random() * accounts);
      const to = (from + 1 + Math.floor(Math.random() * (accounts - 1))) % accounts;
      const [sender = '', receiver = ''] = [ids[from], ids[to]];
      await send(sender, receiver);
      expected.set(sender, (expected.get(sender) ?? 0) - 1);
      expected.set(receiver, (expected.get(receiver) ?? 0) + 1);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const answered = performance.now() - begun;
  sending.abort();
  await killed;
  const deadline = performance.now() + 600_000;
  while (!(await areAsExpected(bank, expected))) {
    if (performance.now() > deadline) throw new Error('Some account does not have what the answers make of it');
    await sleep(200);
  }
  const settled = performance.now() - begun;
  return {
    transfers,
    kills,
    'requests without an answer': unanswered,
    'answered a second': Math.round((1_000 * transfers) / answered),
    'all settled and shown after the last answer, s': ((settled - answered) / 1_000).toFixed(1),
  };
};

const areAsExpected = async (bank: BankProcess, expected: ReadonlyMap<string, number>): Promise<boolean> => {
  for (const [id, minor] of expected) {
    const { balance, inTransit } = (await get(`${bank.url}/accounts/${id}`)) as unknown as Shown;
    if (Number(inTransit.amount) > 0 || Math.round(Number(balance.amount) * 100) !== minor) return false;
  }
  return true;
};
type Shown = { readonly balance: { readonly amount: string }; readonly inTransit: { readonly amount: string } };
