import { findApp } from './app/findApp.ts';
import { runApp } from './app/runApp.ts';
import type { StartOptions } from './arguments.ts';
import { announce } from './services/runningFile.ts';
import { startEmbedded } from './services/embedded.ts';
import { startInbox } from './services/inbox.ts';
import { createDemo } from './routes/demo.ts';
import { createFaultControl } from './routes/faults.ts';
import { createLocalRoutes } from './routes/localRoutes.ts';
import type { RunningHost } from '../functionsHost/host.ts';
import type { LogSink } from '../functionsHost/log.ts';
import { loadSettings } from '../functionsHost/settings.ts';
import type { Cleanup, Running } from './program.ts';
import { readTopology, topologyFor } from './services/topology.ts';
import { welcome } from './welcome.ts';

/**
 * Starts the services, and the app against them. Hands each running part to `cleanup` at once, so that a start that fails or is
 * interrupted leaves nothing behind.
 */
export const startEverything = async (options: StartOptions, log: LogSink, cleanup: Cleanup): Promise<Running> => {
  const { entry, appRoot } = findApp(options.app);
  const { settings: own } = await loadSettings(appRoot, process.env);
  const further = options.kafka === undefined ? {} : withKafka(own, options.kafka);
  const topology = topologyFor(await readTopology(options.topology), { ...own, ...further });
  const inbox = await startInbox(own, options, cleanup);
  const services = options.docker
    ? await (await import('./services/docker.ts')).startDocker(options, topology, cleanup)
    : await startEmbedded(options, topology, cleanup);
  const { addresses, ports, data, developmentStorage, crashed } = services;
  const settings = { ...services.settings, ...inbox.settings, ...further };
  const running = Promise.withResolvers<RunningHost>();
  // Emulators know no faults, and the demo fills none of them.
  const demo = options.docker
    ? undefined
    : createDemo({
        program: options.demo,
        env: { ...process.env, ...own, ...settings },
        host: () => running.promise,
      });
  const local = createLocalRoutes({
    faults: options.docker
      ? undefined
      : createFaultControl({ cosmos: ports.cosmosPort, serviceBus: ports.serviceBusPort }),
    demo,
    inbox: inbox.addresses[0]?.[1],
  });
  const host = await runApp({ ...options, entry, appRoot, settings, data }, { log, developmentStorage, local });
  cleanup(() => host.close());
  if (demo) cleanup(demo.close);
  running.resolve(host);
  await announce(options.data, host.port, cleanup);
  return {
    welcome: welcome(host, [...addresses, ...inbox.addresses], own),
    ready: { port: host.port, ...ports, ...inbox.ports },
    crashed,
  };
};

/** The settings that switch the listener `kafka` on beside those that are on already. */
const withKafka = ({ LISTENERS = '' }: Readonly<Record<string, string>>, brokers: string) => ({
  KAFKA: brokers,
  LISTENERS: [...LISTENERS.split(',').filter((name) => name.trim() !== ''), 'kafka'].join(','),
});
