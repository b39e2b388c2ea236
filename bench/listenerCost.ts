import { setTimeout as sleep } from 'node:timers/promises';
import { newAccounts, startBank, type BankProcess } from './bankProcess.ts';
import { median } from './median.ts';
import { printTable } from './table.ts';
import { load } from './throughput.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const warmUpSeconds = 10;
/** For what follows from a command; the relay comes by every 5 s. */
const afterMs = 7_000;
/** Half of what an instance can do here, so that all of them have time left for what they do beside commands. */
const commandsPerSecond = 80;

/** An app with settings of its own, and what it is asked before commands come. */
export type Situation = {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly prepare?: (url: string) => Promise<void>;
};

type Turn = { readonly app: number; readonly all: number };
type Side = { readonly take: () => Promise<Turn>; readonly stop: () => Promise<void> };

/** An instance that does all the work, beside its services, whose app does none. */
const start = async ({ env, prepare }: Situation): Promise<Side> => {
  const services = await startBank('bench/fixtures/idle/main.ts', env);
  const app = await services.startInstance(env);
  const bank: BankProcess = { ...services, url: app.url };
  await prepare?.(bank.url);
  const accounts = await newAccounts(bank, 100);
  /** The processor time, in ms, that the app and the services spend on some work and on what follows from it. */
  const used = async (work: () => Promise<unknown>): Promise<Turn> => {
    const [own, others] = [await app.processorSeconds(), await services.processorSeconds()];
    await work();
    await sleep(afterMs);
    const [ownAfter, othersAfter] = [await app.processorSeconds(), await services.processorSeconds()];
    return { app: 1_000 * (ownAfter - own), all: 1_000 * (ownAfter - own + othersAfter - others) };
  };
  const send = () => load(bank, accounts, 16, seconds, commandsPerSecond);
  // At the rate of the turns, so that nothing waits to be told after it.
  await load(bank, accounts, 16, warmUpSeconds, commandsPerSecond);
  await sleep(afterMs);
  // The timers run whether anybody sends anything or not.
  const idle = await used(() => sleep(seconds * 1_000));
  const take = async (): Promise<Turn> => {
    let commands = 0;
    const busy = await used(async () => {
      const { answered, failed } = await send();
      if (failed > 0) throw new Error(`${failed} commands failed`);
      commands = answered;
    });
    return { app: (busy.app - idle.app) / commands, all: (busy.all - idle.all) / commands };
  };
  return { take, stop: () => services.stop() };
};

/** Compares the processor time of a command, with all that follows from it, in turns: without any listener, and in each situation. */
export const listenerCosts = async (title: string, situations: readonly Situation[]): Promise<void> => {
  const off = await start({ name: 'off', env: {} });
  const rows = [];
  try {
    for (const situation of situations) {
      const on = await start(situation);
      try {
        const turns: { readonly without: Turn; readonly with: Turn }[] = [];
        for (let round = 0; round < rounds; round += 1)
          turns.push({ without: await off.take(), with: await on.take() });
        const ratios = (of: keyof Turn) => turns.map((turn) => turn.with[of] / turn.without[of]);
        const ms = (values: readonly number[]) => median(values).toFixed(2);
        const row = {
          on: situation.name,
          'the app, ms a command': ms(turns.map((turn) => turn.with.app)),
          off: ms(turns.map(({ without }) => without.app)),
          ratio: ratioOf(ratios('app')),
          'with the services, ms': ms(turns.map((turn) => turn.with.all)),
          'off ': ms(turns.map(({ without }) => without.all)),
          'ratio ': ratioOf(ratios('all')),
        };
        process.stdout.write(`${JSON.stringify(row)}\n`);
        rows.push(row);
      } finally {
        await on.stop();
      }
    }
  } finally {
    await off.stop();
  }
  printTable(
    `${title}: processor time of a command, ${rounds} turns of ${seconds} s, ${commandsPerSecond} a second`,
    rows,
  );
};

const ratioOf = (ratios: readonly number[]): string =>
  `${median(ratios).toFixed(2)} x (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
