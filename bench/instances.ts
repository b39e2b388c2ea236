import { newAccounts, post, startBank } from './bankProcess.ts';
import { printTable } from './table.ts';

const commands = 2_000;

/** Counted at the server: a request that several commands share counts for each of them, but is one. */
const ofCommands = ['read', 'query', 'bulk', 'batch'].map((operation) => ({
  on: { operation, target: 'events' },
  times: 1_000_000,
  fault: { kind: 'delay' as const, ms: 0 },
}));

/** Measures how often the cached state of an account is current when two instances serve the same accounts at random. */
export const instances = async (): Promise<void> => {
  const bank = await startBank();
  try {
    const urls = [bank.url, (await bank.startInstance()).url];
    const rows = [];
    for (const accounts of [1, 20, 200]) {
      const ids = await newAccounts(bank, accounts);
      const trips: number[] = [];
      await bank.cosmosFaults.clear();
      await bank.cosmosFaults.inject(ofCommands);
      const any = <Item>(items: readonly Item[]) => items[Math.floor(Math.random() * items.length)];
      const caller = async () => {
        while (trips.length < commands) {
          const answer = await post(`${any(urls) ?? ''}/accounts/${any(ids) ?? ''}/deposits`, deposit);
          trips.push(answer.trips);
        }
      };
      await Promise.all(Array.from({ length: 16 }, caller));
      const requests = (await bank.cosmosFaults.hits()).reduce((sum, hits) => sum + hits, 0);
      const share = (matches: (count: number) => boolean) =>
        `${Math.round((100 * trips.filter(matches).length) / trips.length)} %`;
      rows.push({
        accounts,
        'cached state held (1 request)': share((count) => count === 1),
        'not cached (2)': share((count) => count === 2),
        'the other instance was quicker (3 or more)': share((count) => count > 2),
        'requests that a command waits for': (trips.reduce((sum, count) => sum + count, 0) / trips.length).toFixed(2),
        'requests at the server, a command': (requests / trips.length).toFixed(2),
      });
    }
    printTable(`Two instances, 16 callers, each command to any of both`, rows);
  } finally {
    await bank.stop();
  }
};

const deposit = { amount: '1.00', currency: 'EUR' };
