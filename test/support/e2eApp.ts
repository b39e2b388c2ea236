import { fileURLToPath } from 'node:url';
import { CosmosClient, type Database } from '@azure/cosmos';
import { ServiceBusClient, type ServiceBusAdministrationClient } from '@azure/service-bus';
import { afterAll, beforeAll } from 'vitest';
import topology from '../../infra/topology.json' with { type: 'json' };
import { faultsAt, type Faults } from '../../local/faults/client.ts';
import { connectionString as storageAt } from '../../local/launcher/services/storageAccount.ts';
import settings from '../../local.settings.json' with { type: 'json' };
import { administrationAt } from '../local/serviceBus/contract/target.ts';
import { follow, script } from '../local/launcher/runStart.ts';
import { temporaryFolder } from '../local/launcher/temporaryFolder.ts';
import { appEntry } from './appEntry.ts';
import { createBankClient, type BankClient, type SentHeaders } from './e2eBank.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

type InstanceOptions = {
  /** Settings that differ from those of this machine. */
  readonly env?: Readonly<Record<string, string>>;
  /** The app's entry, where it is another one. */
  readonly entry?: string;
  /** Path of a file of keys that callers need. */
  readonly keys?: string;
};

export type Instance = {
  readonly bank: BankClient;
  /** A client that sends these headers with every request. */
  readonly bankWith: (headers: SentHeaders) => BankClient;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
  /** Ends it without letting it do another thing. */
  readonly kill: () => Promise<void>;
};

/** Unless a test switches it on, nobody is told by e-mail. */
const withoutEmail = { LISTENERS: '', SMTP: '' };

/** The whole app with its services, in a process of its own. */
export type App = {
  readonly bank: BankClient;
  /** The content of the services, over the same protocols as the app's. */
  readonly database: Database;
  readonly serviceBus: ServiceBusClient;
  readonly administration: ServiceBusAdministrationClient;
  /** The connection string of Service Bus. */
  readonly serviceBusAt: string;
  /** A client of its own, for what the library shares among all receivers of one client. The caller closes it. */
  readonly newServiceBusClient: () => ServiceBusClient;
  /** They make the services fail. */
  readonly cosmosFaults: Faults;
  readonly serviceBusFaults: Faults;
  readonly log: () => string;
  /** Where the app is. */
  readonly origin: string;
  /** The connection string of storage. */
  readonly storage: string;
  /** Where the inbox is, where e-mail is on. */
  readonly inbox: string;
  /** Runs a timer's function now, beside its schedule, as an operator could. It has begun when this resolves. */
  readonly runTimer: (name: string) => Promise<void>;
  /** Another instance of the app on the same services. The caller stops it before them. */
  readonly startInstance: (options?: InstanceOptions) => Promise<Instance>;
  /** Ends it in an orderly way. Rejects if it did not end well. */
  readonly stop: () => Promise<void>;
  /** Ends it without letting it do another thing. */
  readonly kill: () => Promise<void>;
};

type AppOptions = Pick<InstanceOptions, 'env' | 'entry'> & {
  /** More of them for `npm start`. */
  readonly flags?: readonly string[];
};

export const startApp = async (
  data: string,
  { env = {}, entry = appEntry, flags = [] }: AppOptions = {},
): Promise<App> => {
  const running = follow(
    process.execPath,
    [
      script,
      ...['--app', entry, '--topology', path('../../infra/topology.json')],
      ...['--port', '0', '--cosmos-port', '0', '--servicebus-port', '0', '--storage-port', '0'],
      ...['--mail-port', '0', '--smtp-port', '0'],
      ...['--data', data, '--ready-json', ...flags],
    ],
    { env: { ...withoutEmail, ...env } },
  );
  const { port, cosmosPort, serviceBusPort, queuePort = 0, mailPort = 0 } = await running.ready;
  const cosmos = new CosmosClient(settings.Values.COSMOS.replace(':8081', `:${cosmosPort}`));
  const storage = storageAt([0, queuePort, 0]);
  const connectionString = settings.Values.SERVICEBUS.replace(':5672', `:${serviceBusPort}`);
  const newServiceBusClient = () => new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } });
  const serviceBus = newServiceBusClient();
  const disconnect = async () => {
    cosmos.dispose();
    await serviceBus.close();
  };

  return {
    bank: createBankClient(`http://127.0.0.1:${port}`),
    database: cosmos.database(topology.cosmos.database),
    serviceBus,
    administration: administrationAt(connectionString),
    serviceBusAt: connectionString,
    newServiceBusClient,
    cosmosFaults: faultsAt(cosmosPort),
    serviceBusFaults: faultsAt(serviceBusPort),
    log: running.out,
    origin: `http://127.0.0.1:${port}`,
    storage,
    inbox: `http://127.0.0.1:${mailPort}`,
    async runTimer(name) {
      const { status } = await fetch(`http://127.0.0.1:${port}/admin/functions/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      if (status !== 202) throw new Error(`The timer ${name} did not run: ${status}`);
    },
    async startInstance({ env, keys, entry = appEntry } = {}) {
      const connections = {
        COSMOS: settings.Values.COSMOS.replace(':8081', `:${cosmosPort}`),
        SERVICEBUS: connectionString,
        AzureWebJobsStorage: storage,
      };
      const instance = follow(
        process.execPath,
        [
          ...[path('../../local/launcher/host.ts'), '--app', entry, '--port', '0', '--ready-json'],
          ...(keys === undefined ? [] : ['--keys', keys]),
        ],
        { env: { ...withoutEmail, ...connections, ...env } },
      );
      const ready = await instance.ready;
      const end = async (signal: NodeJS.Signals) => {
        instance.child.kill(signal);
        await instance.gone;
      };
      const bankWith = (headers: SentHeaders) => createBankClient(`http://127.0.0.1:${ready.port}`, headers);
      return {
        bank: bankWith({}),
        bankWith,
        log: () => instance.out() + instance.errors(),
        stop: () => end('SIGTERM'),
        kill: () => end('SIGKILL'),
      };
    },
    async stop() {
      await disconnect();
      running.child.kill('SIGTERM');
      const { code } = await running.gone;
      if (code !== 0) throw new Error(`It ended with ${code}:\n${running.out()}\n${running.errors()}`);
    },
    async kill() {
      running.child.kill('SIGKILL');
      await running.gone;
      await disconnect();
    },
  };
};

type AppOfThisFile = Omit<App, 'stop'> & {
  /** Ends it in an orderly way, unless it was killed, and starts it again with the same data. */
  readonly restart: () => Promise<void>;
};

/** One app for all tests of a file, with data of its own. Options may depend on what the file has started before. */
export const appOfThisFile = (given: AppOptions | (() => AppOptions) = {}): AppOfThisFile => {
  const options = typeof given === 'function' ? given : () => given;
  let data: string;
  let app: App | undefined;
  beforeAll(async () => {
    data = await temporaryFolder();
    app = await startApp(data, options());
  });
  afterAll(() => app?.stop());
  const running = (): App => {
    if (!app) throw new Error('The app runs only while tests do');
    return app;
  };
  return {
    get bank() {
      return running().bank;
    },
    get database() {
      return running().database;
    },
    get serviceBus() {
      return running().serviceBus;
    },
    get serviceBusAt() {
      return running().serviceBusAt;
    },
    get administration() {
      return running().administration;
    },
    get cosmosFaults() {
      return running().cosmosFaults;
    },
    get serviceBusFaults() {
      return running().serviceBusFaults;
    },
    newServiceBusClient: () => running().newServiceBusClient(),
    startInstance: (options) => running().startInstance(options),
    log: () => running().log(),
    get origin() {
      return running().origin;
    },
    get storage() {
      return running().storage;
    },
    get inbox() {
      return running().inbox;
    },
    runTimer: (name) => running().runTimer(name),
    async kill() {
      await running().kill();
      app = undefined;
    },
    async restart() {
      await app?.stop();
      app = undefined;
      app = await startApp(data, options());
    },
  };
};
