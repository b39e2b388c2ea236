import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServiceBusClient } from '@azure/service-bus';
import { printTable } from './table.ts';

/*
 * How much the embedded Service Bus can do, through the official SDK, with the service in a process of its own:
 * `node bench/serviceBus.ts`, about 30 s. The SDK is one thread, and it is the limit as much as the service.
 */
const secondsPerBench = 3;
const senders = 16;
const messagesPerBatch = 10;
const receivedAtOnce = 200;
const latencySamples = 1500;

/** A first prototype reached these figures on two cores, durable. */
const prototype = { 'sent in tens': 19_000, 'received and completed': 7_500 };

const subscription = { Name: 's', Properties: { LockDuration: 'PT5M', MaxDeliveryCount: 100 } };
const config = {
  UserConfig: { Namespaces: [{ Name: 'bench', Topics: [{ Name: 't', Subscriptions: [subscription] }] }] },
};

const startService = async (folder: string, flags: readonly string[]): Promise<[ChildProcess, string]> => {
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  const program = join(import.meta.dirname, '../local/serviceBus/main.ts');
  const args = [program, '--port', '0', '--config', file, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) return [child, line.replace(/^.*?: /, '')];
  throw new Error('The service has not started.');
};

/** Messages a second; they stay in the subscription. */
const send = async (client: ServiceBusClient): Promise<{ perSecond: number; sent: number }> => {
  const sender = client.createSender('t');
  const batch = Array.from({ length: messagesPerBatch }, () => ({ body: { text: 'x'.repeat(500) } }));
  await sender.sendMessages(batch);
  const start = performance.now();
  let sent = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < start + secondsPerBench * 1000) {
      await sender.sendMessages(batch);
      sent += messagesPerBatch;
    }
  };
  await Promise.all(Array.from({ length: senders }, loop));
  return { perSecond: (sent * 1000) / (performance.now() - start), sent };
};

const receive = async (client: ServiceBusClient): Promise<number> => {
  const receiver = client.createReceiver('t', 's');
  const start = performance.now();
  let received = 0;
  while (performance.now() < start + secondsPerBench * 1000) {
    const messages = await receiver.receiveMessages(receivedAtOnce, { maxWaitTimeInMs: 1000 });
    if (messages.length === 0) break;
    await Promise.all(messages.map((message) => receiver.completeMessage(message)));
    received += messages.length;
  }
  const perSecond = (received * 1000) / (performance.now() - start);
  await receiver.close();
  return perSecond;
};

const drain = async (client: ServiceBusClient): Promise<void> => {
  const receiver = client.createReceiver('t', 's', { receiveMode: 'receiveAndDelete' });
  while ((await receiver.receiveMessages(1000, { maxWaitTimeInMs: 200 })).length > 0);
  await receiver.close();
};

/** Milliseconds from before the send to the handler, one message after the other. */
const latency = async (client: ServiceBusClient): Promise<{ p50: number; p99: number }> => {
  const sender = client.createSender('t');
  const times: number[] = [];
  let arrived: () => void = () => undefined;
  const receiver = client.createReceiver('t', 's', { receiveMode: 'receiveAndDelete' });
  receiver.subscribe({
    processMessage: () => {
      arrived();
      return Promise.resolve();
    },
    processError: ({ error }) => Promise.reject(error),
  });
  for (let sample = 0; sample < latencySamples; sample++) {
    const start = performance.now();
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    await sender.sendMessages({ body: sample });
    await arrival;
    times.push(performance.now() - start);
  }
  await receiver.close();
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
};

type Figures = Readonly<Record<keyof typeof prototype | 'latency p50, ms' | 'latency p99, ms', number>>;

const bench = async (flagsFor: (folder: string) => readonly string[]): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-service-bus-'));
  const [child, connectionString] = await startService(folder, flagsFor(folder));
  const client = new ServiceBusClient(connectionString);
  try {
    const { perSecond: sent } = await send(client);
    const received = await receive(client);
    await drain(client);
    const { p50, p99 } = await latency(client);
    return { 'sent in tens': sent, 'received and completed': received, 'latency p50, ms': p50, 'latency p99, ms': p99 };
  } finally {
    await client.close();
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  }
};

const durable = await bench((folder) => ['--data', folder]);
const strict = await bench((folder) => ['--data', folder, '--durability', 'full']);
const memory = await bench(() => []);

const names = Object.keys(durable) as (keyof Figures)[];
printTable(
  'Embedded Service Bus: messages a second, and milliseconds from send to handler',
  names.map((name) => {
    const [digits, before] = name.startsWith('latency') ? [2] : [0, prototype[name as keyof typeof prototype]];
    return {
      '': name,
      durable: durable[name].toFixed(digits),
      'durability full': strict[name].toFixed(digits),
      'in memory': memory[name].toFixed(digits),
      'in memory / durable': (memory[name] / durable[name]).toFixed(2),
      prototype: before?.toFixed(0) ?? '',
      'durable / prototype': before === undefined ? '' : (durable[name] / before).toFixed(2),
    };
  }),
);
