import autocannon from 'autocannon';
import { newAccounts, startBank } from './bankProcess.ts';
import { printTable } from './table.ts';

const commands = Number(process.env.BENCH_COMMANDS ?? 500_000);
const accounts = Number(process.env.BENCH_ACCOUNTS ?? 50_000);

/** Shows whether the resident memory of an instance and of its services levels off while commands go to many accounts. */
export const memory = async (): Promise<void> => {
  // The services, with an app that does not use them.
  const services = await startBank('bench/fixtures/idle/main.ts');
  try {
    const instance = await services.startInstance();
    const bank = { ...services, url: instance.url };
    const ids: string[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async () => ids.push(...(await newAccounts(bank, Math.ceil(accounts / 50))))),
    );
    let [turn, done] = [0, 0];
    const measured = async () => ({
      commands: done,
      'instance MiB': await instance.memory(),
      'services MiB': await services.memory(),
    });
    const rows = [await measured()];
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
      const row = await measured();
      process.stdout.write(`${JSON.stringify(row)}\n`);
      rows.push(row);
    }
    printTable(`Memory over commands to ${ids.length} accounts`, rows);
  } finally {
    await services.stop();
  }
};
