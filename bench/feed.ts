import { startBank } from './bankProcess.ts';
import { lengthen, openAccounts } from './longHistory.ts';
import { printTable } from './table.ts';

const accounts = 100;
const eventsPerAccount = 500;
const pageSize = 200;

/** Nobody but the reader is at work: else the relay and the views would take in all of the history meanwhile. */
const idle = Object.fromEntries(
  ['relayCommits', 'reconcileViews', 'superviseViews'].map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']),
);

/** Measures how fast a consumer of the feed reads a long history, one page after another. */
export const feed = async (): Promise<void> => {
  const bank = await startBank(undefined, idle);
  try {
    const ids = await openAccounts(bank.cosmos, accounts);
    for (const id of ids) await lengthen(bank.cosmos, id, eventsPerAccount);
    const begun = performance.now();
    const spent: number[] = [];
    let events = 0;
    for (let next: string | undefined; ;) {
      const asked = performance.now();
      const after = next === undefined ? '' : `&after=${next}`;
      const response = await fetch(`${bank.url}/feed?limit=${pageSize}${after}`);
      const page = (await response.json()) as { items: unknown[]; next: string; more: boolean };
      spent.push(performance.now() - asked);
      events += page.items.length;
      next = page.next;
      if (!page.more) break;
    }
    const seconds = (performance.now() - begun) / 1_000;
    const sorted = spent.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
    printTable(`The feed, ${pageSize} events a page`, [
      {
        ...{ events, pages: spent.length, seconds: seconds.toFixed(1) },
        ...{ 'events/s': Math.round(events / seconds), 'p50 ms': at(0.5), 'p99 ms': at(0.99) },
      },
    ]);
  } finally {
    await bank.stop();
  }
};
