import { newAccounts, startBank, type BankProcess } from './bankProcess.ts';
import { missingForPeer, newPeerAccounts, startPeer } from './peerProcess.ts';
import { machineSeconds } from './processorTime.ts';
import { printTable } from './table.ts';
import { load } from './throughput.ts';
import { untilIdle } from './untilIdle.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const rounds = 5;
const warmUpSeconds = 10;
const accountsPerTurn = 200;

type Side = Pick<BankProcess, 'url' | 'processorSeconds' | 'stop'> & { open(count: number): Promise<string[]> };

/** The promise of both sides about an answered command, and the settings that make it. */
const durabilities = [
  {
    promise: 'survives a kill of any process, not a power cut',
    callers: [1, 16, 64],
    daybook: 'normal',
    // Each commit is handed to the operating system before its answer, as SQLite does with `synchronous = NORMAL`.
    postgres: { fsync: 'off', synchronous_commit: 'on' },
  },
  {
    promise: 'survives a power cut, too',
    callers: [16],
    daybook: 'full',
    postgres: { fsync: 'on', synchronous_commit: 'on' },
  },
];

/** The same deposits in Daybook and in a service on Emmett and PostgreSQL, in turns, as ratios. */
export const peer = async (): Promise<void> => {
  const missing = await missingForPeer();
  if (missing !== undefined) {
    process.stdout.write(`${missing}\n`);
    return;
  }
  for (const { promise, callers, daybook, postgres } of durabilities) {
    const ours = await startDaybook(daybook);
    const sides = [ours];
    try {
      const theirs = await startEmmett(postgres);
      sides.push(theirs);
      const settings = Object.entries(postgres).map(([name, value]) => `${name}=${value}`);
      printTable(
        `Daybook --durability ${daybook} against Emmett on PostgreSQL with ${settings.join(', ')}`,
        await compare(ours, theirs, callers),
      );
      process.stdout.write(`\nOn both sides an answered command ${promise}.\n`);
    } finally {
      for (const side of sides) await side.stop();
    }
  }
  process.stdout.write(
    `\nEach side's figures are medians of ${rounds} turns of ${seconds} s; ratios are of neighbouring turns, Daybook's to\n` +
      `the peer's. Only the medians of ratios count, and only where other programs kept few cores busy.\n`,
  );
};

const startDaybook = async (durability: string): Promise<Side> => {
  const bank = await startBank(undefined, {}, ['--durability', durability]);
  return { ...bank, open: (count) => newAccounts(bank, count) };
};

const startEmmett = async (settings: Readonly<Record<string, string>>): Promise<Side> => {
  const service = await startPeer(settings);
  return { ...service, open: (count) => newPeerAccounts(service, count) };
};

const compare = async (daybook: Side, emmett: Side, callers: readonly number[]) => {
  for (const side of [daybook, emmett]) await load(side, await side.open(accountsPerTurn), 16, warmUpSeconds);
  const rows = [];
  for (const count of callers) {
    const [ourAccounts, theirAccounts] = [await openForTurns(daybook), await openForTurns(emmett)];
    const turns: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const ours = await takeTurn(daybook, ourAccounts[round] ?? [], count);
      turns.push({ ours, theirs: await takeTurn(emmett, theirAccounts[round] ?? [], count) });
    }
    rows.push(...measures.map(({ name, digits }) => compareTurns(count, turns, name, digits)));
  }
  return rows;
};

/** Accounts for each turn, so that streams are as short in the last one as in the first. */
const openForTurns = async (side: Side): Promise<string[][]> => {
  const accounts: string[][] = [];
  for (let round = 0; round < rounds; round += 1) accounts.push(await side.open(accountsPerTurn));
  await untilIdle(side);
  return accounts;
};

const measures = [
  { name: 'commands/s', digits: 0 },
  { name: 'p50 ms', digits: 1 },
  { name: 'p99 ms', digits: 1 },
  { name: 'processor ms a command', digits: 2 },
] as const;

type Measure = (typeof measures)[number]['name'];

/** `coresOfOthers`: how many cores the machine's other programs kept busy meanwhile. */
type Turn = Readonly<Record<Measure | 'coresOfOthers', number>>;

type Round = { readonly ours: Turn; readonly theirs: Turn };

const takeTurn = async (side: Side, accounts: readonly string[], callers: number): Promise<Turn> => {
  const before = await side.processorSeconds();
  const countOthers = await watchOthers(side);
  const { rate, p50, p99, answered, sent, failed } = await load(side, accounts, callers, seconds);
  const coresOfOthers = await countOthers();
  // Feeding the views what they still lack is part of a command's price.
  await untilIdle(side);
  const used = (await side.processorSeconds()) - before;
  const shown = await depositsInView(side, accounts);
  if (failed > 0 || shown < answered || shown > sent) {
    throw new Error(`${side.url}: ${failed} of ${sent} commands failed, ${answered} were answered, ${shown} are shown`);
  }
  const processorMs = (1_000 * used) / shown;
  return { 'commands/s': rate, 'p50 ms': p50, 'p99 ms': p99, 'processor ms a command': processorMs, coresOfOthers };
};

/** How many cores are busy with neither the side nor the load generator, from now until it is asked. */
const watchOthers = async (side: Side): Promise<() => Promise<number>> => {
  const othersSeconds = async () => {
    const { user, system } = process.cpuUsage();
    return (await machineSeconds()) - (await side.processorSeconds()) - (user + system) / 1_000_000;
  };
  const [begun, before] = [performance.now(), await othersSeconds()];
  return async () => ((await othersSeconds()) - before) / ((performance.now() - begun) / 1_000);
};

/** Each account's view begins at version 1, and every deposit raises it by one. */
const depositsInView = async (side: Side, accounts: readonly string[]): Promise<number> => {
  let deposits = 0;
  for (const id of accounts) {
    const { version } = (await (await fetch(`${side.url}/accounts/${id}`)).json()) as { version: number };
    deposits += version - 1;
  }
  return deposits;
};

const compareTurns = (callers: number, turns: readonly Round[], measure: Measure, digits: number) => {
  const ratios = turns.map(({ ours, theirs }) => ours[measure] / theirs[measure]);
  const others = turns.flatMap(({ ours, theirs }) => [ours.coresOfOthers, theirs.coresOfOthers]);
  return {
    callers,
    measure,
    Daybook: median(turns.map(({ ours }) => ours[measure])).toFixed(digits),
    'Emmett + PostgreSQL': median(turns.map(({ theirs }) => theirs[measure])).toFixed(digits),
    ratio: `${median(ratios).toFixed(2)} x`,
    'from, to': `${Math.min(...ratios).toFixed(2)}, ${Math.max(...ratios).toFixed(2)}`,
    'cores of others': median(others).toFixed(1),
  };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
