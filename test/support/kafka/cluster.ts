import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Admin, Consumer, stringDeserializers } from '@platformatic/kafka';
import { freePort } from '../freePort.ts';
import { kafkaJars } from './jars.ts';

/** How the brokers let clients in: doors by name, with configuration, and flags for Java. */
export type Doors = {
  readonly protocols: Readonly<globalThis.Record<string, 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'>>;
  readonly config?: readonly string[];
  readonly flags?: readonly string[];
};

type ClusterOptions = {
  /** An empty folder. */
  readonly folder: string;
  readonly doors?: Doors;
  readonly brokers?: number;
};

export type Record = {
  readonly key: string;
  readonly value: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly partition: number;
  readonly offset: bigint;
};

/** A real Kafka: brokers in processes of their own, the first of which leads the cluster. */
export type Cluster = {
  /** The addresses of all brokers at a door; without a name, at the door that lets everybody in. */
  readonly address: (door?: string) => string;
  readonly createTopics: (
    topics: readonly string[],
    config?: Readonly<globalThis.Record<string, string>>,
    /** The brokers that have each partition; the first of them leads it. */
    replicas?: readonly number[],
  ) => Promise<void>;
  /** Reads a topic as a new group, from its first record on or from these, until there are as many, or these are enough. */
  readonly read: (
    topic: string,
    enough: number | ((records: readonly Record[]) => boolean),
    from?: readonly Pick<Record, 'partition' | 'offset'>[],
  ) => Promise<readonly Record[]>;
  /** Kills one broker; their numbers begin with 1. */
  readonly kill: (broker?: number) => Promise<void>;
  readonly start: (broker?: number) => Promise<void>;
  /** It then accepts connections and never answers, until it goes on. */
  readonly halt: (broker?: number) => Promise<void>;
  readonly goOn: (broker?: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const answersAt = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Brokers, and tests that look at topics, come by a door that is open to all. */
const openDoor = 'OPEN';
const controllerDoor = 'CONTROLLER';

type Ports = ReadonlyMap<string, number>;

const configOf = (id: number, ports: Ports, controller: number, data: string, { protocols, config = [] }: Doors) =>
  [
    `process.roles=${ports.has(controllerDoor) ? 'broker,controller' : 'broker'}`,
    `node.id=${id}`,
    `controller.quorum.bootstrap.servers=127.0.0.1:${controller}`,
    `listeners=${[...ports].map(([door, port]) => `${door}://127.0.0.1:${port}`).join(',')}`,
    `listener.security.protocol.map=${Object.entries({
      ...protocols,
      [controllerDoor]: 'PLAINTEXT',
      [openDoor]: 'PLAINTEXT',
    })
      .map(([door, protocol]) => `${door}:${protocol}`)
      .join(',')}`,
    `controller.listener.names=${controllerDoor}`,
    `inter.broker.listener.name=${openDoor}`,
    `log.dirs=${data}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    // How soon a broker that was killed counts as gone.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    ...config,
  ].join('\n');

type Broker = { readonly ports: Ports; readonly config: string; process?: ChildProcess };

export const startCluster = async ({
  folder,
  doors = { protocols: {} },
  brokers: count = 1,
}: ClusterOptions): Promise<Cluster> => {
  const classPath = await kafkaJars();
  const controller = await freePort();
  const brokers: Broker[] = [];
  for (let id = 1; id <= count; id += 1) {
    const ports = new Map(id === 1 ? [[controllerDoor, controller]] : []);
    for (const door of [openDoor, ...Object.keys(doors.protocols)]) ports.set(door, await freePort());
    const config = join(folder, `broker-${id}.properties`);
    await writeFile(config, configOf(id, ports, controller, join(folder, `data-${id}`), doors));
    const format = ['kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', config];
    await promisify(execFile)('java', ['-cp', classPath, ...format, ...(id === 1 ? ['--standalone'] : [])]);
    brokers.push({ ports, config });
  }
  const at = (id: number): Broker => {
    const broker = brokers[id - 1];
    if (!broker) throw new Error(`There is no broker ${id}`);
    return broker;
  };

  const addressesOf = (door: string) => brokers.map(({ ports }) => `127.0.0.1:${String(ports.get(door))}`);

  const start = async (id = 1): Promise<void> => {
    const broker = at(id);
    const flags = ['-Xmx256m', ...(doors.flags ?? [])];
    const child = spawn('java', [...flags, '-cp', classPath, 'kafka.Kafka', broker.config], { stdio: 'ignore' });
    broker.process = child;
    const deadline = performance.now() + 60_000;
    while (!(await answersAt(broker.ports.get(openDoor) ?? 0))) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`Broker ${id} does not start`);
      await sleep(100);
    }
  };
  const kill = async (id = 1): Promise<void> => {
    const { process: child } = at(id);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const signal = (name: NodeJS.Signals, id = 1): Promise<void> => {
    at(id).process?.kill(name);
    return Promise.resolve();
  };
  const stop = async (): Promise<void> => {
    for (const id of brokers.keys()) await kill(id + 1);
  };
  const client = () => ({
    clientId: randomUUID(),
    bootstrapBrokers: addressesOf(openDoor),
    retries: 20,
    retryDelay: 250,
  });

  try {
    for (const id of brokers.keys()) await start(id + 1);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address: (door = openDoor) => addressesOf(door).join(','),
    async createTopics(topics, config = {}, replicas) {
      const admin = new Admin(client());
      const configs = Object.entries(config).map(([name, value]) => ({ name, value }));
      const assignments = replicas && [0, 1, 2].map((partition) => ({ partition, brokers: [...replicas] }));
      const placed = assignments ? { partitions: -1, replicas: -1, assignments } : { partitions: 3, replicas: 1 };
      await admin.createTopics({ topics: [...topics], configs, ...placed });
      await admin.close();
    },
    async read(topic, enough, from) {
      const consumer = new Consumer({ ...client(), groupId: randomUUID(), deserializers: stringDeserializers });
      const offsets = from?.map(({ partition, offset }) => ({ topic, partition, offset }));
      const begin = offsets ? ({ mode: 'manual', offsets } as const) : ({ mode: 'earliest' } as const);
      const stream = await consumer.consume({ topics: [topic], maxWaitTime: 100, ...begin });
      const isEnough = typeof enough === 'number' ? () => records.length >= enough : enough;
      const records: Record[] = [];
      for await (const { key, value, headers, partition, offset } of stream) {
        records.push({ key, value, headers, partition, offset });
        if (isEnough(records)) break;
      }
      await consumer.close(true);
      return records;
    },
    ...{ kill, start, stop },
    halt: (id) => signal('SIGSTOP', id),
    goOn: (id) => signal('SIGCONT', id),
  };
};
