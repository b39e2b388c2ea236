import { setTimeout as sleep } from 'node:timers/promises';
import { get, type BankProcess } from './bankProcess.ts';
import { lengthen, openAccounts } from './longHistory.ts';
import { median } from './median.ts';

const turns = 50;
const linesOfMonth = 9;
const dayMs = 24 * 60 * 60_000;

/** What a plot and a statement of the present month cost, for a new account and for one with ten years of events behind it. */
export const longBook = async (bank: BankProcess) => {
  const rows = [];
  for (const events of [10, 100_000]) {
    // Of the long history all but the events of this month lie in ten years before it.
    const begun = events === 10 ? Date.now() - 60_000 : Date.now() - 3_700 * dayMs;
    const [id = ''] = await openAccounts(bank.cosmos, 1, begun);
    const old = events - linesOfMonth;
    await lengthen(bank.cosmos, id, old, (version) => begun + (version / old) * 3_600 * dayMs);
    await lengthen(bank.cosmos, id, events);
    const url = `${bank.url}/accounts/${id}`;
    while (((await shown(url)) ?? 0) < events) await sleep(200);
    const month = new Date().toISOString().slice(0, 7);
    for (const path of ['balances?points=10', 'balances?points=100', 'statements', `statements/${month}`]) {
      rows.push({ events: events.toLocaleString('en'), ...(await measured(`${url}/${path}`, path)) });
    }
  }
  return rows;
};

/** How far the view has come; undefined before its first event. */
const shown = async (url: string): Promise<number | undefined> => {
  const answer = await fetch(`${url}/statements`);
  if (answer.status !== 200 || answer.headers.get('daybook-source') !== 'view') return undefined;
  const { items } = (await get(`${url}/balances`)) as unknown as { items: readonly { version: number }[] };
  return items.at(-1)?.version;
};

const measured = async (url: string, path: string) => {
  const took: number[] = [];
  let cost = await get(url);
  for (let turn = 0; turn < turns; turn += 1) {
    const begun = performance.now();
    cost = await get(url);
    took.push(performance.now() - begun);
  }
  return { path, requests: cost.trips, units: cost.units, 'median ms': median(took).toFixed(1) };
};
