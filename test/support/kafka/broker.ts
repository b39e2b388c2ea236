import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Admin, Consumer, stringDeserializers } from '@platformatic/kafka';
import { afterAll, beforeAll, vi } from 'vitest';
import { temporaryFolder } from '../../local/launcher/temporaryFolder.ts';
import { freePort } from '../freePort.ts';
import { kafkaJars } from './jars.ts';

const answersAt = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const configOf = (port: number, controllerPort: number, data: string, further: readonly string[]): string =>
  [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}`,
    `listeners=CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=CLIENTS',
    `log.dirs=${data}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    ...further,
  ].join('\n');

export type Record = { readonly key: string; readonly value: string; readonly headers: ReadonlyMap<string, string> };

/** A real Kafka of the calling test file's own. */
export type Broker = {
  readonly address: () => string;
  readonly createTopics: (
    topics: readonly string[],
    config?: Readonly<globalThis.Record<string, string>>,
  ) => Promise<void>;
  /** Reads a topic as a new group, from its first record on, until there are as many, or these are enough. */
  readonly read: (
    topic: string,
    enough: number | ((records: readonly Record[]) => boolean),
  ) => Promise<readonly Record[]>;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
};

type Door = { readonly config: readonly string[]; readonly flags: readonly string[] };
const open: Door = { config: ['listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT'], flags: [] };

/** `door` adds to its configuration, and to Java's flags, how it lets clients in: by default all of them. */
export const kafkaOfThisFile = (door = () => open): Broker => {
  let port = 0;
  let config = '';
  let classPath = '';
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = spawn('java', ['-Xmx256m', ...door().flags, '-cp', classPath, 'kafka.Kafka', config], { stdio: 'ignore' });
    await vi.waitUntil(() => answersAt(port), { timeout: 60_000, interval: 100 });
  };
  const kill = async (): Promise<void> => {
    if (child?.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const client = () => ({
    clientId: randomUUID(),
    bootstrapBrokers: [`127.0.0.1:${port}`],
    retries: 20,
    retryDelay: 250,
  });

  beforeAll(async () => {
    const folder = await temporaryFolder();
    classPath = await kafkaJars();
    port = await freePort();
    config = join(folder, 'server.properties');
    await writeFile(config, configOf(port, await freePort(), join(folder, 'data'), door().config));
    const format = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', config];
    await promisify(execFile)('java', ['-cp', classPath, ...format]);
    await start();
  }, 180_000);
  afterAll(kill);

  return {
    address: () => `127.0.0.1:${port}`,
    async createTopics(topics, topicConfig = {}) {
      const admin = new Admin(client());
      const configs = Object.entries(topicConfig).map(([name, value]) => ({ name, value }));
      await admin.createTopics({ topics: [...topics], partitions: 3, replicas: 1, configs });
      await admin.close();
    },
    async read(topic, enough) {
      const consumer = new Consumer({ ...client(), groupId: randomUUID(), deserializers: stringDeserializers });
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest', maxWaitTime: 100 });
      const isEnough = typeof enough === 'number' ? () => records.length >= enough : enough;
      const records: Record[] = [];
      for await (const { key, value, headers } of stream) {
        records.push({ key, value, headers });
        if (isEnough(records)) break;
      }
      await consumer.close(true);
      return records;
    },
    kill,
    start,
  };
};
