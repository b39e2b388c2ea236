/**
 * Measures the embedded Functions host: `node bench/functionsHost.ts`, about 40 s.
 * It compares a trivial function with a bare server of node:http, and times a message from its sender to its function, and the start
 * of the whole app with its services.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceBusClient } from '@azure/service-bus';
import { startServiceBus } from '../local/serviceBus/server.ts';
import { median } from './median.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

type Load = { readonly perSecond: number; readonly p50Ms: number };

/** Sends requests as fast as it can by 32 connections for three seconds. */
const load = async (url: string): Promise<Load> => {
  const cannon = spawn(process.execPath, [
    path('../node_modules/autocannon/autocannon.js'),
    '-j',
    '-n',
    '-c32',
    '-d3',
    url,
  ]);
  let out = '';
  cannon.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(cannon, 'close');
  const { requests, latency, non2xx } = JSON.parse(out) as {
    requests: { average: number };
    latency: { p50: number };
    non2xx: number;
  };
  if (non2xx > 0) throw new Error(`${non2xx} requests to ${url} failed.`);
  return { perSecond: requests.average, p50Ms: latency.p50 };
};

const readyPort = async (child: ChildProcess): Promise<number> => {
  for (;;) {
    const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
    if (message.type === 'ready') return message.port;
  }
};

/** Gives the same answer as the function, without a host. */
const runBareServer = (): void => {
  const server = createServer((request, response) => {
    request.resume();
    const body = Buffer.from(JSON.stringify({ hello: 'world' }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ type: 'ready', port: (server.address() as AddressInfo).port }));
  process.once('disconnect', () => process.exit());
};

const messageLatency = async (app: ChildProcess, connectionString: string): Promise<readonly number[]> => {
  const client = new ServiceBusClient(connectionString);
  const sender = client.createSender('arrivals');
  const latencies: number[] = [];
  for (let n = -20; n < 200; n += 1) {
    const began = performance.now();
    const arrived = (async () => {
      for (;;) {
        const [message] = (await once(app, 'message')) as [{ type: string; input?: unknown }];
        if (message.type === 'arrived' && message.input === n) return performance.now() - began;
      }
    })();
    await sender.sendMessages({ body: Buffer.from(String(n)) });
    const latency = await arrived;
    if (n >= 0) latencies.push(latency);
  }
  await client.close();
  return latencies;
};

const startToReady = async (folder: string): Promise<number> => {
  const ports = ['--port', '0', '--cosmos-port', '0', '--servicebus-port', '0'];
  const entry = ['--app', path('../functions/main.ts'), '--topology', path('../infra/topology.json')];
  const began = performance.now();
  const child = spawn(process.execPath, [
    path('../local/launcher/start.ts'),
    ...entry,
    ...ports,
    '--data',
    folder,
    '--fresh',
    '--ready-json',
  ]);
  let out = '';
  for await (const chunk of child.stdout) {
    out += String(chunk);
    if (out.includes('"ready":true')) break;
  }
  const elapsed = performance.now() - began;
  child.kill('SIGINT');
  await once(child, 'close');
  return elapsed;
};

const main = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  await writeFile(
    join(folder, 'host.json'),
    JSON.stringify({ version: '2.0', logging: { logLevel: { default: 'Warning' } } }),
  );
  const broker = await startServiceBus({
    port: 0,
    config: { UserConfig: { Namespaces: [{ Name: 'bench', Queues: [{ Name: 'arrivals' }] }] } },
  });
  const bare = fork(path('./functionsHost.ts'), ['bare']);
  const options = {
    entry: path('./functionsHostApp.ts'),
    appRoot: folder,
    port: 0,
    settings: { BROKER: broker.connectionString },
  };
  const app = fork(path('../local/launcher/app/appProcess.ts'), [JSON.stringify(options)]);
  const [barePort, appPort] = await Promise.all([readyPort(bare), readyPort(app)]);

  const bareLoads: Load[] = [];
  const appLoads: Load[] = [];
  // Takes turns, so that other load on the machine affects both.
  for (let round = 0; round < 3; round += 1) {
    bareLoads.push(await load(`http://127.0.0.1:${barePort}/`));
    appLoads.push(await load(`http://127.0.0.1:${appPort}/api/trivial`));
  }
  const latencies = await messageLatency(app, broker.connectionString);
  app.send({ type: 'close' });
  bare.disconnect();
  await Promise.all([once(app, 'exit'), once(bare, 'exit')]);
  await broker.close();
  const starts = [await startToReady(folder), await startToReady(folder), await startToReady(folder)];
  await rm(folder, { recursive: true });

  const rate = (loads: readonly Load[]): number => Math.round(median(loads.map(({ perSecond }) => perSecond)));
  const p50 = (loads: readonly Load[]): number => median(loads.map(({ p50Ms }) => p50Ms));
  const lines = [
    ['', 'requests/s', 'p50 ms'],
    ['bare node:http', String(rate(bareLoads)), String(p50(bareLoads))],
    ['trivial function', String(rate(appLoads)), String(p50(appLoads))],
    ['share of bare', `${Math.round((rate(appLoads) / rate(bareLoads)) * 100)} %`, ''],
    [],
    [
      'a message to its function, ms',
      `p50 ${median(latencies).toFixed(1)}`,
      `max ${Math.max(...latencies).toFixed(1)}`,
    ],
    [
      'start to ready of the app, ms',
      `median ${Math.round(median(starts))}`,
      `worst ${Math.round(Math.max(...starts))}`,
    ],
  ];
  const table = lines.map(([name = '', ...cells]) => name.padEnd(32) + cells.map((cell) => cell.padStart(16)).join(''));
  process.stdout.write(`${table.join('\n')}\n`);
};

if (process.argv[2] === 'bare') runBareServer();
else await main();
