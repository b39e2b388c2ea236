import autocannon from 'autocannon';
import { newAccounts, startBank } from './bankProcess.ts';
import { printTable } from './table.ts';

const commands = Number(process.env.BENCH_COMMANDS ?? 500_000);
const accounts = Number(process.env.BENCH_ACCOUNTS ?? 50_000);

/** Resident memory while commands go to many accounts, app and services together: it has to level off. */
export const memory = async (): Promise<void> => {
  const bank = await startBank();
  try {
    const ids: string[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async () => ids.push(...(await newAccounts(bank, Math.ceil(accounts / 50))))),
    );
    const rows = [{ commands: 0, 'resident MiB': Math.round(await bank.memory()) }];
    let [turn, done] = [0, 0];
    while (done < commands) {
      const result = await autocannon({
        url: bank.url.replace('/api', ''),
        connections: 64,
        duration: 15,
        requests: [
          {
            setupRequest: (request) => ({
              ...request,
              method: 'POST',
              path: `/api/accounts/${ids[(turn += 1) % ids.length] ?? ''}/deposits`,
              headers: { 'content-type': 'application/json' },
              body: '{"amount":"1.00","currency":"EUR"}',
            }),
          },
        ],
      });
      done += result['2xx'];
      rows.push({ commands: done, 'resident MiB': Math.round(await bank.memory()) });
    }
    printTable(`Memory over commands to ${ids.length} accounts`, rows);
  } finally {
    await bank.stop();
  }
};
