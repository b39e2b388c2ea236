import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { RunningService } from '../runningService.ts';
import { serveConnection, type ServedConnection } from './amqp/connection.ts';
import type { Service } from './amqp/peer.ts';
import { createContainer } from './amqp/rheaInternals.ts';
import { Broker } from './broker.ts';
import { parseConfig, type EmulatorConfig, type Namespace } from './config.ts';
import { noJournal } from './resources.ts';
import { openStore } from './store.ts';
import { startTurns } from './turns.ts';

export type ServiceBusOptions = {
  /** 0 for any free port. */
  readonly port: number;
  readonly config: EmulatorConfig;
  /** Where messages are kept; without it, in memory. */
  readonly dataDir?: string;
  readonly host?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

const keyName = 'RootManageSharedAccessKey';
const key = 'SAS_KEY_VALUE';
const maxConnections = 1000;
/** How long clients have to take leave when the service closes. */
const farewellMs = 1000;
const firstByteOfAmqp = 0x41;

/**
 * Starts a Service Bus namespace that the official client libraries speak to over AMQP.
 * Rejects with the listener's own error (EADDRINUSE), and with a description of what is wrong with the configuration.
 */
export async function startServiceBus(options: ServiceBusOptions): Promise<RunningService> {
  const { host = '127.0.0.1', now = Date.now, dataDir } = options;
  const config = parseConfig(options.config);
  const server = createServer();
  server.maxConnections = maxConnections;
  server.listen(options.port, host);
  // The port first: it is what tells two services apart, also when they have the same data folder.
  await once(server, 'listening');
  try {
    return run(server, host, openService(config, dataDir, now));
  } catch (error) {
    server.close();
    throw error;
  }
}

function openService(config: Namespace, dataDir: string | undefined, now: () => number) {
  const store = dataDir === undefined ? undefined : openStore(dataDir);
  try {
    const broker = new Broker(config, store ?? noJournal);
    if (store) broker.recover(store.recover(), now());
    const turns = startTurns(broker, () => store?.commit(), now);
    const service: Service = { broker, turns, keys: new Map([[keyName, key]]), now };
    return { service, closeStore: () => store?.close() };
  } catch (error) {
    store?.close();
    throw error;
  }
}

function run(server: Server, host: string, { service, closeStore }: ReturnType<typeof openService>): RunningService {
  const container = createContainer();
  const sockets = new Set<Socket>();
  const connections = new Map<Socket, ServedConnection>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    // A broken connection is also a closed one, and that is what the broker acts upon.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      connections.delete(socket);
    });
    acceptFirst(socket, (first) => connections.set(socket, serveConnection(socket, first, container, service)));
  });

  let closing: Promise<void> | undefined;
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connectionString: `Endpoint=sb://${host}:${port};SharedAccessKeyName=${keyName};SharedAccessKey=${key};UseDevelopmentEmulator=true;`,
    close: () => (closing ??= close()),
  };

  async function close() {
    const closed = new Promise((resolve) => server.close(resolve));
    try {
      // Its effects are the last answers; they leave before the connections do.
      service.turns.close();
    } finally {
      for (const socket of sockets) if (!connections.has(socket)) socket.destroy();
      for (const connection of connections.values()) connection.close('The service is shutting down.');
      const farewell = setTimeout(() => sockets.forEach((socket) => socket.destroy()), farewellMs);
      await closed;
      clearTimeout(farewell);
      closeStore();
    }
  }
}

/** How long a connection may stay without a word. */
const silenceMs = 10_000;

/** The first byte tells which protocol a client speaks; the port has room for more than one. */
function acceptFirst(socket: Socket, serveAmqp: (first: Buffer) => void): void {
  const silence = setTimeout(() => socket.destroy(), silenceMs);
  socket.once('close', () => clearTimeout(silence));
  socket.once('data', (first: Buffer) => {
    clearTimeout(silence);
    if (first[0] === firstByteOfAmqp) serveAmqp(first);
    else socket.destroy();
  });
}
