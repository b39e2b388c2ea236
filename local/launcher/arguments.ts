import { parseArgs } from 'node:util';
import { toAllowedHosts, type AllowedHosts } from '../service/foreignRequests.ts';
import { type Durability, required, toDurability, toLag, toPartitions, toPort } from '../service/flags.ts';

export type HostArguments = {
  /** Path of the app's entry. */
  readonly app: string;
  /** 0 picks a free port; undefined means the port in local.settings.json, or 7071. */
  readonly port: number | undefined;
  /** Path of the file of keys that callers need. Without it, they need none. */
  readonly keys: string | undefined;
  /** A folder that hosts of the same app share. */
  readonly data: string | undefined;
  /** Further hosts of which the app, and services that start with it, take requests. */
  readonly allowedHosts: AllowedHosts;
  /** Restarts the app when a source changes. */
  readonly watch: boolean;
  /** Also shows the lines of the log that say that all is as usual, such as those of timers. */
  readonly verbose: boolean;
  /** Prints one line of JSON for programs when everything is ready. */
  readonly readyJson: boolean;
};

export type StartOptions = HostArguments & {
  /** The folder in which the services keep their data. */
  readonly data: string;
  /** Path of the topology file. */
  readonly topology: string;
  readonly cosmosPort: number;
  readonly serviceBusPort: number;
  readonly storagePort: number;
  /** Of the inbox: its page, and its SMTP server. */
  readonly mailPort: number;
  readonly smtpPort: number;
  /** Starts storage even if no function uses it. */
  readonly storage: boolean;
  readonly durability: Durability;
  /** How stale reads of Cosmos DB below bounded staleness are, in milliseconds. */
  readonly cosmosLagMs: number;
  /** How many physical partitions each container of Cosmos DB gets. */
  readonly cosmosPartitions: number;
  /** Deletes the data of earlier runs first. */
  readonly fresh: boolean;
  /** Path of the program that makes the demo's data. */
  readonly demo: string;
  /** The brokers of Kafka that hear of events. */
  readonly kafka: string | undefined;
  /** Runs Microsoft's emulators in place of the embedded services. */
  readonly docker: boolean;
};

const appUsage = `  --app <path>              the app's entry (functions/main.ts)
  --port <n>                port of the app (Host.LocalHttpPort of local.settings.json, or 7071)
  --keys <file>             require callers to send a key from this file (no keys)
  --allow-host <name>       a further host of which everything takes requests, with or without a port; may be repeated
  --watch                   restart the app when one of its sources changes
  --verbose                 also show timers that ran well`;

const commonUsage = `  --ready-json              print one line of JSON, for programs, when everything is ready
  --help                    show this

Port 0 picks a free port.`;

export const startUsage = `Runs a function app on this machine, together with the Azure services that it needs.

${appUsage}
  --topology <path>         the containers, topics and subscriptions to create (infra/topology.json)
  --cosmos-port <n>         port of Cosmos DB (8081)
  --servicebus-port <n>     port of Service Bus (5672)
  --storage-port <n>        port of blobs, with queues and tables on the next two (10000)
  --mail-port <n>           port of the inbox's page (8025)
  --smtp-port <n>           port at which the inbox takes e-mail (1025)
  --storage                 run storage even if no function uses it
  --data <folder>           where the services keep their data (.daybook)
  --durability normal|full  normal: a power cut may lose the last commits; full: each commit waits for the disk (normal)
  --cosmos-lag-ms <n>       how stale reads of Cosmos DB below bounded staleness are (0)
  --cosmos-partitions <n>   how many physical partitions each container of Cosmos DB gets (1)
  --fresh                   delete the data of earlier runs first
  --demo <path>             the program that makes the demo's data when somebody asks for it (demo/forLauncher.ts)
  --kafka <host:port,…>     send events to Kafka, too; the topics must be there
  --docker                  run Microsoft's emulators in Docker, in place of the embedded services
${commonUsage}`;

export const hostUsage = `Runs a function app against the services that its settings name: the environment first, then local.settings.json.

${appUsage}
  --data <folder>           hosts of one app that share this folder run each timer in one of them
${commonUsage}`;

const appFlags = {
  app: { type: 'string', default: 'functions/main.ts' },
  port: { type: 'string' },
  keys: { type: 'string' },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
  watch: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  'ready-json': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type AppValues = {
  app: string;
  port?: string;
  keys?: string;
  'allow-host': string[];
  watch: boolean;
  verbose: boolean;
  'ready-json': boolean;
};

const readApp = (values: AppValues): Omit<HostArguments, 'data'> => ({
  app: required(values.app, '--app'),
  port: values.port === undefined ? undefined : toPort(values.port, '--port'),
  keys: values.keys,
  allowedHosts: toAllowedHosts(values['allow-host'], '--allow-host'),
  watch: values.watch,
  verbose: values.verbose,
  readyJson: values['ready-json'],
});

/** Reads the command line of the host that runs only the app. Throws an Error that says what is wrong with it. */
export const parseHostArguments = (given: readonly string[]): HostArguments | 'help' => {
  const { values } = parseArgs({ args: [...given], options: { ...appFlags, data: { type: 'string' } } });
  return values.help ? 'help' : { ...readApp(values), data: values.data };
};

/** Reads the command line of the app with its services. Throws an Error that says what is wrong with it. */
export const parseStartArguments = (given: readonly string[]): StartOptions | 'help' => {
  const { values } = parseArgs({
    args: [...given],
    options: {
      ...appFlags,
      topology: { type: 'string', default: 'infra/topology.json' },
      'cosmos-port': { type: 'string', default: '8081' },
      'servicebus-port': { type: 'string', default: '5672' },
      'storage-port': { type: 'string', default: '10000' },
      'mail-port': { type: 'string', default: '8025' },
      'smtp-port': { type: 'string', default: '1025' },
      storage: { type: 'boolean', default: false },
      data: { type: 'string', default: '.daybook' },
      durability: { type: 'string', default: 'normal' },
      'cosmos-lag-ms': { type: 'string', default: '0' },
      'cosmos-partitions': { type: 'string', default: '1' },
      fresh: { type: 'boolean', default: false },
      demo: { type: 'string', default: 'demo/forLauncher.ts' },
      kafka: { type: 'string' },
      docker: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    ...readApp(values),
    topology: required(values.topology, '--topology'),
    cosmosPort: toPort(values['cosmos-port'], '--cosmos-port'),
    serviceBusPort: toPort(values['servicebus-port'], '--servicebus-port'),
    storagePort: toPort(values['storage-port'], '--storage-port'),
    mailPort: toPort(values['mail-port'], '--mail-port'),
    smtpPort: toPort(values['smtp-port'], '--smtp-port'),
    storage: values.storage,
    data: required(values.data, '--data'),
    durability: toDurability(values.durability, '--durability'),
    cosmosLagMs: toLag(values['cosmos-lag-ms'], '--cosmos-lag-ms'),
    cosmosPartitions: toPartitions(values['cosmos-partitions'], '--cosmos-partitions'),
    fresh: values.fresh,
    demo: required(values.demo, '--demo'),
    kafka: values.kafka,
    docker: values.docker,
  };
};
