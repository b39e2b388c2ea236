import { writeFile } from 'node:fs/promises';
import autocannon from 'autocannon';
import { newAccounts, startBank, type BankProcess } from './bankProcess.ts';
import { bareLoop } from './bareLoop.ts';
import { barChart } from './barChart.ts';
import { lengthen } from './longHistory.ts';
import { printTable } from './table.ts';
import { untilIdle } from './untilIdle.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 8);
/** V8 is still compiling the app until then. */
const warmUpSeconds = 10;
const body = JSON.stringify({ amount: '1.00', currency: 'EUR' });

/** Switches off the functions that bring events to the views. */
const withoutViews = Object.fromEntries(
  ['reconcileViews', 'listen-views'].map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']),
);

/** Delays requests to Cosmos DB, in ms, to imitate a server on another machine. */
const slowDown = async (bank: BankProcess, ms: number): Promise<void> => {
  if (ms > 0) await bank.cosmosFaults.inject({ times: 1_000_000_000, fault: { kind: 'delay', ms } });
};

/** How many commands were answered in a second, and the processor time that the app and the services spent on each. */
type Cost = { readonly rate: number; readonly processorMs: number };

/** The bare loop to 200 accounts by HTTP. With `followed`, functions receive the events and do nothing. */
const bareFunction = (fixture: 'bare' | 'followed', callers: number, latency: number): Promise<Cost> =>
  costOf(startBank(`bench/fixtures/${fixture}/main.ts`), callers, latency, () =>
    Promise.resolve(Array.from({ length: 200 }, () => crypto.randomUUID())),
  );

/** Commands to 200 accounts while no view follows. */
const commandsAlone = (callers: number, latency: number): Promise<Cost> =>
  costOf(startBank(undefined, withoutViews), callers, latency, (bank) => newAccounts(bank, 200));

const costOf = async (
  starting: Promise<BankProcess>,
  callers: number,
  latency: number,
  open: (bank: BankProcess) => Promise<string[]>,
): Promise<Cost> => {
  const bank = await starting;
  try {
    const accounts = await open(bank);
    await load(bank, accounts, callers, warmUpSeconds);
    await untilIdle(bank);
    await slowDown(bank, latency);
    return await costOfLoad(bank, () => load(bank, accounts, callers, seconds));
  } finally {
    await bank.stop();
  }
};

const costOfLoad = async <Load extends { rate: number; answered: number }>(
  bank: BankProcess,
  work: () => Promise<Load>,
): Promise<Load & Cost> => {
  const before = await bank.processorSeconds();
  const done = await work();
  await untilIdle(bank);
  return { ...done, processorMs: (1_000 * ((await bank.processorSeconds()) - before)) / done.answered };
};

/** The loop's own processor time counts, because it is the client of the services. */
const bareLoopCost = async (bank: BankProcess, callers: number): Promise<Cost> => {
  const before = process.cpuUsage();
  const { processorMs, ...done } = await costOfLoad(bank, async () => {
    const rate = await bareLoop(bank, callers, 200, seconds * 1_000);
    return { rate, answered: rate * seconds };
  });
  const { user, system } = process.cpuUsage(before);
  return { rate: done.rate, processorMs: processorMs + (user + system) / 1_000 / done.answered };
};

/** How many callers there are, and the added latency of Cosmos DB in ms. */
const situations = [
  { callers: 1, latency: 0 },
  { callers: 16, latency: 0 },
  { callers: 64, latency: 0 },
  { callers: 1, latency: 5 },
  { callers: 16, latency: 5 },
];

/** Compares commands per second by HTTP, while views follow, with a bare loop of SDK calls in the same run. */
export const throughput = async (): Promise<void> => {
  const rows = [];
  const costs = [];
  for (const { callers, latency } of situations) {
    const behindHttp = await bareFunction('bare', callers, latency);
    const followed = await bareFunction('followed', callers, latency);
    const alone = await commandsAlone(callers, latency);
    const bank = await startBank();
    try {
      const spread = await newAccounts(bank, 200);
      const [hot = ''] = await newAccounts(bank, 1);
      await lengthen(bank.cosmos, hot, 10_000);
      await load(bank, spread, callers, warmUpSeconds);
      // Nothing else may use the services while the loop runs.
      await untilIdle(bank);

      await slowDown(bank, latency);
      const bare = await bareLoopCost(bank, callers);
      const many = await costOfLoad(bank, () => load(bank, spread, callers, seconds));
      const one = await load(bank, [hot], callers, seconds);
      rows.push({
        callers,
        'added latency ms': latency,
        'bare loop/s': Math.round(bare.rate),
        'bare function/s': Math.round(behindHttp.rate),
        'empty views/s': Math.round(followed.rate),
        'empty views, of the bare loop': percent(followed.rate, bare.rate),
        'no views/s': Math.round(alone.rate),
        'no views, of the bare function': percent(alone.rate, behindHttp.rate),
        'no views, of the bare loop': percent(alone.rate, bare.rate),
        '200 accounts/s': Math.round(many.rate),
        'of the bare loop': percent(many.rate, bare.rate),
        'of empty views': percent(many.rate, followed.rate),
        'p50 ms': many.p50,
        'p99 ms': many.p99,
        'one account/s': Math.round(one.rate),
        'hot p50 ms': one.p50,
        'hot p99 ms': one.p99,
        failed: many.failed + one.failed,
      });
      costs.push({
        callers,
        'added latency ms': latency,
        'bare loop': bare.processorMs.toFixed(2),
        'bare function': behindHttp.processorMs.toFixed(2),
        'empty views': followed.processorMs.toFixed(2),
        'no views': alone.processorMs.toFixed(2),
        '200 accounts': many.processorMs.toFixed(2),
      });
    } finally {
      await bank.stop();
    }
  }
  printTable('Processor ms of a deposit, services included', costs);
  printTable(`Deposits over HTTP, ${seconds} s each`, rows);
  const bars = rows
    .filter((row) => row['added latency ms'] === 0)
    .flatMap((row) => [
      { label: `bare loop, ${row.callers}`, value: row['bare loop/s'] },
      { label: `bare function, ${row.callers}`, value: row['bare function/s'] },
      { label: `empty views, ${row.callers}`, value: row['empty views/s'] },
      { label: `no views, ${row.callers}`, value: row['no views/s'] },
      { label: `200 accounts, ${row.callers}`, value: row['200 accounts/s'] },
      { label: `one account, ${row.callers}`, value: row['one account/s'] },
    ]);
  await writeFile('docs/throughput.svg', barChart('Deposits per second, by callers at a time', bars));
};

const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

const latencies = [0, 5, 10];

/** Compares commands per second to one account of 10,000 events with the most that one commit for each command can reach. */
export const hotAccount = async (): Promise<void> => {
  const rows = [];
  for (const ms of latencies) {
    const bank = await startBank();
    try {
      const [hot = ''] = await newAccounts(bank, 1);
      await lengthen(bank.cosmos, hot, 10_000);
      await load(bank, [hot], 64, warmUpSeconds);
      await untilIdle(bank);
      await slowDown(bank, ms);
      // Commits of one account are written one after another, so more callers would not make the loop faster.
      const serial = await bareLoop(bank, 1, 1, seconds * 1_000);
      const { rate, p50, p99, failed } = await load(bank, [hot], 64, seconds);
      rows.push({
        'added latency ms': ms,
        'one commit a command/s': Math.round(serial),
        'in groups/s': Math.round(rate),
        ratio: `${(rate / serial).toFixed(1)} x`,
        'p50 ms': p50,
        'p99 ms': p99,
        failed,
      });
    } finally {
      await bank.stop();
    }
  }
  printTable(`Deposits into one account, 64 connections, ${seconds} s each`, rows);
};

/**
 * Sends deposits for so many seconds, with at most `atMost` commands per second. `sent` includes those whose answer comes after the
 * end.
 */
export const load = async (
  bank: Pick<BankProcess, 'url'>,
  accounts: readonly string[],
  connections: number,
  duration: number,
  atMost?: number,
) => {
  let turn = 0;
  const run = autocannon({
    url: bank.url.replace('/api', ''),
    connections,
    duration,
    ...(atMost !== undefined && { overallRate: atMost }),
    requests: [
      {
        setupRequest(request) {
          const id = accounts[(turn += 1) % accounts.length] ?? '';
          return {
            ...request,
            method: 'POST',
            path: `/api/accounts/${id}/deposits`,
            headers: { 'content-type': 'application/json' },
            body,
          };
        },
      },
    ],
  });
  const times: number[] = [];
  run.on('response', (_client, _status, _bytes, ms) => times.push(ms));
  const result = await run;
  times.sort((a, b) => a - b);
  return {
    rate: result['2xx'] / result.duration,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    answered: result['2xx'],
    sent: result.requests.sent,
    failed: result.non2xx + result.errors,
  };
};

/** To a tenth, of ascending values. */
const percentile = (sorted: readonly number[], percent: number): number => {
  const value = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
  return Math.round(value * 10) / 10;
};
