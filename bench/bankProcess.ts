import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsAt, type Faults } from '../local/faults/client.ts';
import { connectionString as storageAt } from '../local/launcher/services/storageAccount.ts';
import { processorSeconds } from './processorTime.ts';
import settings from '../local.settings.json' with { type: 'json' };

export type BankProcess = {
  /** The URL of the API, without a slash at its end. */
  readonly url: string;
  readonly cosmos: string;
  readonly serviceBus: string;
  /** Makes Cosmos DB slow. */
  readonly cosmosFaults: Faults;
  /** The resident memory of the services, with the app that runs beside them, in MiB. */
  memory(): Promise<number>;
  /** The processor time of the services, with the app that runs beside them, in seconds. */
  processorSeconds(): Promise<number>;
  /** Starts another instance of the app on the same services, in a process of its own. `stop` stops it, too. */
  startInstance(
    env?: Readonly<Record<string, string>>,
  ): Promise<Pick<BankProcess, 'url' | 'memory' | 'processorSeconds'> & { kill(): Promise<void> }>;
  stop(): Promise<void>;
};

type Ready = {
  readonly port: number;
  readonly cosmosPort: number;
  readonly serviceBusPort: number;
  readonly queuePort?: number;
};

/** Runs a program of local/ until it says that it is ready. */
const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [...args, '--port', '0', '--ready-json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Nobody is told by e-mail, unless a bench asks for that.
    env: { ...process.env, LISTENERS: '', SMTP: '', ...env },
  });
  let out = '';
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The bank ended:\n${out}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (out !== 'ready') out += chunk.toString();
      const line = /^\{"ready":true.*\}$/m.exec(out)?.[0];
      if (line === undefined) return;
      out = 'ready';
      resolve(JSON.parse(line) as Ready);
    });
  });
  const end = async (signal: NodeJS.Signals) => {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    child.kill(signal);
    if (!isOver) await once(child, 'exit');
  };
  return { ready, stop: () => end('SIGTERM'), kill: () => end('SIGKILL'), pid: child.pid };
};

const residentMiB = async (pid: number | undefined): Promise<number> => {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
};

const app = ['--app', 'functions/main.ts'];

/** Runs an app and its services in a process of their own, on free ports. `stop` removes its data. */
export const startBank = async (
  entry = 'functions/main.ts',
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<BankProcess> => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-bench-'));
  const args = [
    ...['local/launcher/start.ts', '--app', entry, '--topology', 'infra/topology.json', '--data', data],
    ...['--cosmos-port', '0', '--servicebus-port', '0', '--storage-port', '0', ...flags],
  ];
  const { ready, pid, ...bank } = await run(args, env);
  const cosmos = settings.Values.COSMOS.replace(':8081', `:${ready.cosmosPort}`);
  const serviceBus = settings.Values.SERVICEBUS.replace(':5672', `:${ready.serviceBusPort}`);
  const instances: (() => Promise<void>)[] = [];
  return {
    url: `http://127.0.0.1:${ready.port}/api`,
    cosmos,
    serviceBus,
    cosmosFaults: faultsAt(ready.cosmosPort),
    memory: () => residentMiB(pid),
    processorSeconds: () => processorSeconds([pid ?? 0]),
    async startInstance(instanceEnv = {}) {
      const instance = await run(['local/launcher/host.ts', ...app], {
        COSMOS: cosmos,
        SERVICEBUS: serviceBus,
        AzureWebJobsStorage: storageAt([0, ready.queuePort ?? 0, 0]),
        ...instanceEnv,
      });
      instances.push(instance.stop);
      return {
        url: `http://127.0.0.1:${instance.ready.port}/api`,
        memory: () => residentMiB(instance.pid),
        processorSeconds: () => processorSeconds([instance.pid ?? 0]),
        kill: instance.kill,
      };
    },
    async stop() {
      for (const stop of instances) await stop();
      await bank.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
};

export const post = async (url: string, body: object, headers: Record<string, string> = {}) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { id: string; version: number };
  if (response.status !== 201) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`);
  return { ...answer, ...costOf(response.headers.get('server-timing') ?? '') };
};

export const get = async (url: string) => {
  const response = await fetch(url);
  const answer = (await response.json()) as { updatedAt: string };
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`);
  return { ...answer, ...costOf(response.headers.get('server-timing') ?? '') };
};

/** Requests to Cosmos DB and modelled request units, as one answer reports them. */
const costOf = (timing: string) => ({
  trips: Number(/trips;desc="(\d+)"/.exec(timing)?.[1]),
  units: Number(/units;desc="([\d.]+)"/.exec(timing)?.[1]),
});

/** Opens accounts in euros, each for a new customer. */
export const newAccounts = async (bank: BankProcess, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const email = `${crypto.randomUUID()}@example.com`;
    const { id: customerId } = await post(`${bank.url}/customers`, { firstName: 'Ada', lastName: 'Lovelace', email });
    ids.push((await post(`${bank.url}/accounts`, { customerId, currency: 'EUR' })).id);
  }
  return ids;
};
