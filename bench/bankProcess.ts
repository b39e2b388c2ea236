import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import settings from '../local.settings.json' with { type: 'json' };

export type BankProcess = {
  /** Of the API, without a slash at its end. */
  readonly url: string;
  readonly cosmos: string;
  readonly serviceBus: string;
  /** Resident memory of the app and its services, in MiB. */
  memory(): Promise<number>;
  stop(): Promise<void>;
};

/** The app and its services in a process of their own, on free ports and in a folder that goes with it. */
export const startBank = async (): Promise<BankProcess> => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-bench-'));
  const child = spawn(
    process.execPath,
    [
      ...['local/start.ts', '--app', 'functions/main.ts', '--topology', 'infra/topology.json', '--data', data],
      ...['--port', '0', '--cosmos-port', '0', '--servicebus-port', '0', '--ready-json'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let out = '';
  const ready = await new Promise<{ port: number; cosmosPort: number; serviceBusPort: number }>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The bank ended:\n${out}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (out !== 'ready') out += chunk.toString();
      const line = /^\{"ready":true.*\}$/m.exec(out)?.[0];
      if (line === undefined) return;
      out = 'ready';
      resolve(JSON.parse(line) as { port: number; cosmosPort: number; serviceBusPort: number });
    });
  });
  return {
    url: `http://127.0.0.1:${ready.port}/api`,
    cosmos: settings.Values.COSMOS.replace(':8081', `:${ready.cosmosPort}`),
    serviceBus: settings.Values.SERVICEBUS.replace(':5672', `:${ready.serviceBusPort}`),
    async memory() {
      const status = await readFile(`/proc/${String(child.pid)}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
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
  return { ...answer, timing: response.headers.get('server-timing') ?? '' };
};

/** That many accounts in euros, each of a customer of its own. */
export const newAccounts = async (bank: BankProcess, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const email = `${crypto.randomUUID()}@example.com`;
    const { id: customerId } = await post(`${bank.url}/customers`, { firstName: 'Ada', lastName: 'Lovelace', email });
    ids.push((await post(`${bank.url}/accounts`, { customerId, currency: 'EUR' })).id);
  }
  return ids;
};
