import { afterAll, beforeAll, describe } from 'vitest';
import { temporaryFolder } from '../../local/launcher/temporaryFolder.ts';
import { startCluster, type Cluster, type Doors } from './cluster.ts';
import { mayRunKafka } from './jars.ts';

export type { Record } from './cluster.ts';

if (!mayRunKafka) console.warn('Tests against Apache Kafka are skipped: they need Java 17 and Maven.');

/** Tests against a real Kafka, which are skipped where there is no Java or no Maven. */
export const describeWithKafka = describe.skipIf(!mayRunKafka);

type Options = {
  /** Further doors beside the one that is open to all. */
  readonly doors?: () => Promise<Doors>;
  readonly brokers?: number;
};

/** A real Kafka of the calling test file's own. */
export const kafkaOfThisFile = ({ doors, brokers = 1 }: Options = {}): Omit<Cluster, 'stop'> => {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    const further = await doors?.();
    cluster = await startCluster({ folder: await temporaryFolder(), brokers, ...(further && { doors: further }) });
  }, 180_000);
  afterAll(() => cluster?.stop());
  const running = (): Cluster => {
    if (!cluster) throw new Error('Kafka runs only while tests do');
    return cluster;
  };
  return {
    address: (door) => running().address(door),
    createTopics: (...topics) => running().createTopics(...topics),
    read: (...asked) => running().read(...asked),
    kill: (broker) => running().kill(broker),
    start: (broker) => running().start(broker),
    halt: (broker) => running().halt(broker),
    goOn: (broker) => running().goOn(broker),
  };
};
