import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { StartOptions } from './arguments.ts';
import { openDataFolder } from './dataFolder.ts';
import { toEmulatorConfig } from './emulatorConfig.ts';
import type { RunningFunction } from './functionsHost/host.ts';
import type { LogSink } from './functionsHost/log.ts';
import { loadSettings } from './functionsHost/settings.ts';
import { portTaken, startServices } from './services.ts';
import { StartProblem } from './startProblem.ts';
import { readTopology } from './topology.ts';

/** The app and its services, all running. */
export type Everything = {
  readonly port: number;
  readonly cosmosPort: number;
  readonly serviceBusPort: number;
  readonly data: string;
  readonly functions: readonly RunningFunction[];
  /** Rejects if a service crashes. */
  readonly crashed: Promise<never>;
};

/** What to do on the way out; the last thing that was started is the first to stop. */
export type Cleanup = (stop: () => Promise<void> | void) => void;

/** The app's folder: the nearest one above its entry that has a host.json. */
const findAppRoot = (entry: string): string => {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'host.json'))) return folder;
    if (folder === dirname(folder))
      throw new StartProblem(`There is no host.json in the folder of ${entry}, nor above it.`);
  }
};

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/**
 * Starts the services side by side, creates in them what the topology says, and starts the app against them.
 * Each thing that runs is handed to `cleanup` as soon as it does, so that a start that fails, or is given up, leaves nothing.
 */
export const startEverything = async (options: StartOptions, log: LogSink, cleanup: Cleanup): Promise<Everything> => {
  const entry = resolve(options.app);
  if (!existsSync(entry)) throw new StartProblem(`There is no ${options.app}: --app names the entry of the app.`);
  const appRoot = findAppRoot(entry);
  const topology = await readTopology(options.topology);
  const folder = await openDataFolder(options.data, options.fresh);
  cleanup(folder.release);
  await folder.useTopology(topology);

  // Loaded only now, while the services start: the client libraries are most of what there is to load.
  const [services, { provisionCosmos }, { startHost }] = await Promise.all([
    startServices(
      { port: options.cosmosPort, dataDir: folder.path },
      { port: options.serviceBusPort, dataDir: folder.path, config: toEmulatorConfig(topology.serviceBus) },
    ),
    import('./provision.ts'),
    import('./functionsHost/host.ts'),
  ]);
  cleanup(services.close);
  const { cosmos, serviceBus, crashed } = services;

  await Promise.race([provisionCosmos(cosmos.connectionString, topology.cosmos), crashed]);
  const settings = {
    ...(await loadSettings(appRoot, process.env)),
    COSMOS: cosmos.connectionString,
    SERVICEBUS: serviceBus.connectionString,
  };
  try {
    const host = await startHost({ appRoot, entry, settings, port: options.port, log });
    cleanup(() => host.close());
    return {
      port: host.port,
      cosmosPort: cosmos.port,
      serviceBusPort: serviceBus.port,
      data: folder.path,
      functions: host.functions,
      crashed,
    };
  } catch (error) {
    throw isPortTaken(error) ? portTaken(options.port, 'the app', '--port') : error;
  }
};
