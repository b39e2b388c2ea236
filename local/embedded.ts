import type { AppEvents } from './app.ts';
import type { StartOptions } from './arguments.ts';
import { openDataFolder } from './dataFolder.ts';
import { toEmulatorConfig } from './emulatorConfig.ts';
import type { Cleanup } from './program.ts';
import { startCosmosThread, startServiceBusThread, startStorageThread, type ServiceThread } from './services.ts';
import type { Topology } from './topology.ts';

/** Where the services are, and what becomes of them. */
export type Services = {
  /** Settings that name them to the app. */
  readonly settings: Readonly<Record<string, string>>;
  /** Lines for people: name and address. */
  readonly addresses: readonly (readonly [name: string, address: string])[];
  readonly ports: { readonly cosmosPort: number; readonly serviceBusPort: number; readonly storagePort?: number };
  readonly data?: string;
  readonly developmentStorage?: AppEvents['developmentStorage'];
  /** Rejects if a service crashes. */
  readonly crashed: Promise<never>;
};

/** Waits for all, hands over each that runs, and throws the first problem there is. */
const startAll = async (
  starting: readonly Promise<ServiceThread>[],
  cleanup: Cleanup,
): Promise<readonly ServiceThread[]> => {
  const settled = await Promise.allSettled(starting);
  const started = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  cleanup(async () => {
    await Promise.all(started.map((thread) => thread.close()));
  });
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return started;
};

/** The embedded services side by side, with what the topology says created in them. Storage only when somebody asks for it. */
export const startEmbedded = async (options: StartOptions, topology: Topology, cleanup: Cleanup): Promise<Services> => {
  const folder = await openDataFolder(options.data, options.fresh);
  cleanup(folder.release);
  await folder.useTopology(topology);
  const common = { dataDir: folder.path, durability: options.durability };
  const startStorage = (): Promise<ServiceThread> =>
    startStorageThread({ port: options.storagePort, dataDir: folder.storagePath });

  // Loaded only now, while the services start: the client libraries are most of what there is to load.
  const [[cosmos, serviceBus, storage], { provisionCosmos }] = await Promise.all([
    startAll(
      [
        startCosmosThread({ ...common, port: options.cosmosPort }),
        startServiceBusThread({
          ...common,
          port: options.serviceBusPort,
          config: toEmulatorConfig(topology.serviceBus),
        }),
        // An app that has needed it before will need it again: started only then, everybody would wait for it.
        ...(options.storage || folder.hasStorage ? [startStorage()] : []),
      ],
      cleanup,
    ),
    import('./provision.ts'),
    import('./startApp.ts'),
  ]);
  if (!cosmos || !serviceBus) throw new Error('Services are missing.');
  // A service that is started later can crash, too.
  const later = Promise.withResolvers<never>();
  const crashed = Promise.race([
    ...[cosmos, serviceBus, ...(storage ? [storage] : [])].map((each) => each.crashed),
    later.promise,
  ]);
  await Promise.race([provisionCosmos(cosmos.connectionString, topology.cosmos), crashed]);

  const startLater = async (): Promise<string> => {
    const [thread] = await startAll([startStorage()], cleanup);
    thread?.crashed.catch(later.reject);
    return thread?.connectionString ?? '';
  };
  let developmentStorage = storage && Promise.resolve(storage.connectionString);
  return {
    settings: {
      COSMOS: cosmos.connectionString,
      SERVICEBUS: serviceBus.connectionString,
      ...(storage && { AzureWebJobsStorage: storage.connectionString }),
    },
    addresses: [
      ['Cosmos DB', `http://localhost:${cosmos.port}`],
      ['Service Bus', `sb://localhost:${serviceBus.port}`],
      ...(storage ? [['Storage', `http://localhost:${storage.port}`] as const] : []),
      ['Data', folder.path],
    ],
    ports: { cosmosPort: cosmos.port, serviceBusPort: serviceBus.port, ...(storage && { storagePort: storage.port }) },
    data: folder.path,
    developmentStorage: () => (developmentStorage ??= startLater()),
    crashed,
  };
};
