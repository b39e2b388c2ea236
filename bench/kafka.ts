import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, stringDeserializers } from '@platformatic/kafka';
import { startCluster } from '../test/support/kafka/cluster.ts';
import { mayRunKafka } from '../test/support/kafka/jars.ts';
import { newAccounts, post, startBank } from './bankProcess.ts';
import { listenerCosts } from './listenerCost.ts';
import { lengthen, openAccounts } from './longHistory.ts';
import { createArrivals } from './receiver.ts';
import { printTable } from './table.ts';
import { untilHeard } from './untilHeard.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const accounts = 100;
const eventsPerAccount = 100;
const topics = ['events_customer', 'events_account', 'events_rate'];

/** Measures how soon and how fast events come to Kafka, and what that costs commands. */
export const kafka = async (): Promise<void> => {
  if (!mayRunKafka) {
    process.stdout.write('The bench of Kafka needs Java 17 and Maven.\n');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'daybook-kafka-'));
  const cluster = await startCluster({ folder });
  try {
    await cluster.createTopics(topics);
    await measureStream(cluster.address());
    await listenerCosts('Kafka', [
      { name: 'off, once more', env: {} },
      { name: 'kafka', env: { LISTENERS: 'kafka', KAFKA: cluster.address() } },
    ]);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** A consumer gets a record only once the brokers have acknowledged it. */
const measureStream = async (address: string): Promise<void> => {
  const { arrive, arrival } = createArrivals();
  let count = 0;
  const consumer = new Consumer({
    ...{ clientId: 'bench', groupId: 'bench', bootstrapBrokers: [address], deserializers: stringDeserializers },
  });
  const stream = await consumer.consume({ topics, mode: 'earliest', maxWaitTime: 100 });
  stream.on('data', ({ headers }) => {
    count += 1;
    arrive(headers.get('ce_id') ?? '');
  });
  const bank = await startBank(undefined, {}, ['--kafka', address]);
  try {
    await untilHeard(bank, 3_000, arrival);
    printTable('From the answer to a command until a consumer of Kafka has its event, ms', [
      { after: 'a pause of 0.4 s', ...(await untilHeard(bank, 4_000 * seconds, arrival, 400)) },
      { after: 'the one before', ...(await untilHeard(bank, seconds * 1_000, arrival)) },
    ]);

    for (const id of await openAccounts(bank.cosmos, accounts)) await lengthen(bank.cosmos, id, eventsPerAccount);
    const [waker = ''] = await newAccounts(bank, 1);
    const wake = () => post(`${bank.url}/accounts/${waker}/deposits`, { amount: '1.00', currency: 'EUR' });
    await wake();
    await untilQuiet(() => count);
    await post202(`${bank.url}/ops/listeners/kafka/replay`, { from: '2020-01-01T00:00:00Z' });
    const [before, begun] = [count, performance.now()];
    await wake();
    while (count - before < accounts * eventsPerAccount) await sleep(10);
    printTable('All events once more, from the first one on', [
      { events: accounts * eventsPerAccount, 'in, s': ((performance.now() - begun) / 1_000).toFixed(1) },
    ]);
  } finally {
    await bank.stop();
    await consumer.close(true);
  }
};

const untilQuiet = async (count: () => number): Promise<void> => {
  for (let before = -1; before !== count();) {
    before = count();
    await sleep(7_000);
  }
};

const post202 = async (url: string, body: object): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (status !== 202) throw new Error(`${url} answered ${status}`);
};
