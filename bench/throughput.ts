import { writeFile } from 'node:fs/promises';
import autocannon from 'autocannon';
import { newAccounts, startBank, type BankProcess } from './bankProcess.ts';
import { bareLoop } from './bareLoop.ts';
import { barChart } from './barChart.ts';
import { lengthen } from './longHistory.ts';
import { printTable } from './table.ts';

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

/** Commands per second of the bare loop to 200 accounts by HTTP. With `followed`, functions receive the events and do nothing. */
const bareFunction = (fixture: 'bare' | 'followed', callers: number, latency: number): Promise<number> =>
  rateOf(startBank(`bench/fixtures/${fixture}/main.ts`), callers, latency, () =>
    Promise.resolve(Array.from({ length: 200 }, () => crypto.randomUUID())),
  );

/** Commands per second to 200 accounts while no view follows. */
const commandsAlone = (callers: number, latency: number): Promise<number> =>
  rateOf(startBank(undefined, withoutViews), callers, latency, (bank) => newAccounts(bank, 200));

const rateOf = async (
  starting: Promise<BankProcess>,
  callers: number,
  latency: number,
  open: (bank: BankProcess) => Promise<string[]>,
): Promise<number> => {
  const bank = await starting;
  try {
    const accounts = await open(bank);
    await load(bank, accounts, callers, warmUpSeconds);
    await slowDown(bank, latency);
    return (await load(bank, accounts, callers, seconds)).rate;
  } finally {
    await bank.stop();
  }
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
      await untilViewsFollow(bank, [...spread, hot]);

      await slowDown(bank, latency);
      const bare = await bareLoop(bank, callers, 200, seconds * 1_000);
      const many = await load(bank, spread, callers, seconds);
      const behind = await untilViewsFollow(bank, spread);
      const one = await load(bank, [hot], callers, seconds);
      rows.push({
        callers,
        'added latency ms': latency,
        'bare loop/s': Math.round(bare),
        'bare function/s': Math.round(behindHttp),
        'empty views/s': Math.round(followed),
        'empty views, of the bare loop': percent(followed, bare),
        'no views/s': Math.round(alone),
        'no views, of the bare function': percent(alone, behindHttp),
        'no views, of the bare loop': percent(alone, bare),
        '200 accounts/s': Math.round(many.rate),
        'of the bare loop': percent(many.rate, bare),
        'of empty views': percent(many.rate, followed),
        'p50 ms': many.p50,
        'p99 ms': many.p99,
        'views behind, s': behind.toFixed(1),
        'one account/s': Math.round(one.rate),
        'hot p50 ms': one.p50,
        'hot p99 ms': one.p99,
        failed: many.failed + one.failed,
      });
    } finally {
      await bank.stop();
    }
  }
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
      await untilViewsFollow(bank, [hot]);
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

/** Waits until the views show everything. Returns the seconds that took. */
const untilViewsFollow = async (bank: BankProcess, accounts: readonly string[]): Promise<number> => {
  const begun = performance.now();
  for (const id of accounts) {
    for (;;) {
      const events = await versionOf(`${bank.url}/accounts/${id}/transactions?limit=1&atLeast=1`);
      const response = await fetch(`${bank.url}/accounts/${id}`);
      const { version } = (await response.json()) as { version: number };
      const head = await headVersion(bank, id, version);
      if (version >= head && events >= head) break;
    }
  }
  return (performance.now() - begun) / 1_000;
};

const versionOf = async (url: string): Promise<number> => {
  const { items } = (await (await fetch(url)).json()) as { items: { version: number }[] };
  return items[0]?.version ?? 0;
};

/** Reads the aggregate's version from the answer to a command that is refused. */
const headVersion = async (bank: BankProcess, id: string, guess: number): Promise<number> => {
  const response = await fetch(`${bank.url}/accounts/${id}/withdrawals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${guess + 1_000_000}"` },
    body,
  });
  return Number(/"(\d+)"/.exec(response.headers.get('etag') ?? '')?.[1]);
};
