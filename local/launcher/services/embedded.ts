import type { DevelopmentStorage } from '../../functionsHost/developmentStorage.ts';
import type { StartOptions } from '../arguments.ts';
import { openDataFolder } from './dataFolder.ts';
import { toEmulatorConfig } from './emulatorConfig.ts';
import type { Cleanup } from '../program.ts';
import { startLazyStorage, type LazyStorage } from './lazyStorage.ts';
import { startCosmosThread, startServiceBusThread, type ServiceThread } from './threads/serviceThread.ts';
import type { Services } from './services.ts';
import { portsOf } from './storageAccount.ts';
import type { Topology } from './topology.ts';

/** Waits for all threads, hands the running ones to `cleanup`, and then throws the first problem, if any. */
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

const storagePorts = ({ connectionString }: { readonly connectionString: string }) => {
  const [storagePort = 0, queuePort = 0] = portsOf(connectionString);
  return { storagePort, queuePort };
};

/** Starts the embedded services, and creates the topology in them. Of storage it opens only the ports until somebody connects. */
export const startEmbedded = async (options: StartOptions, topology: Topology, cleanup: Cleanup): Promise<Services> => {
  const folder = await openDataFolder(options.data, options.fresh);
  cleanup(folder.release);
  await folder.useTopology(topology);
  const common = { dataDir: folder.path, durability: options.durability, allowedHosts: options.allowedHosts };
  const storageData = { port: options.storagePort, dataDir: folder.storagePath, allowedHosts: options.allowedHosts };

  // The client libraries are most of the code to load, so this loads them while the services start.
  const [[cosmos, serviceBus], { provisionCosmos }] = await Promise.all([
    startAll(
      [
        startCosmosThread({
          ...common,
          port: options.cosmosPort,
          lagMs: options.cosmosLagMs,
          partitions: options.cosmosPartitions,
        }),
        startServiceBusThread({
          ...common,
          port: options.serviceBusPort,
          config: toEmulatorConfig(topology.serviceBus),
        }),
      ],
      cleanup,
    ),
    import('./provision.ts'),
    import('../app/startApp.ts'),
  ]);
  if (!cosmos || !serviceBus) throw new Error('Services are missing.');
  // Storage that starts later can crash, too.
  const later = Promise.withResolvers<never>();
  const crashed = Promise.race([cosmos.crashed, serviceBus.crashed, later.promise]);
  await Promise.race([provisionCosmos(cosmos.connectionString, topology.cosmos), crashed]);

  const ports: Services['ports'] = {
    cosmosPort: cosmos.port,
    serviceBusPort: serviceBus.port,
  };
  const startStorage = async (): Promise<LazyStorage> => {
    const started = await startLazyStorage(storageData);
    cleanup(started.close);
    started.crashed.catch(later.reject);
    Object.assign(ports, storagePorts(started));
    return started;
  };
  const storage = options.storage ? await startStorage() : undefined;
  let developmentStorage: Promise<DevelopmentStorage> | undefined = storage && Promise.resolve(storage);
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
    ports,
    data: folder.path,
    developmentStorage: () => (developmentStorage ??= startStorage()),
    crashed,
  };
};
