import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createFaultAdmin } from '../faults/faultAdmin.ts';
import { createPauseSwitch } from '../faults/pauseSwitch.ts';
import type { Durability } from '../service/flags.ts';
import { refuseForeign, type AllowedHosts } from '../service/foreignRequests.ts';
import { listenOnLoopback, type Listening } from '../service/loopback.ts';
import type { RunningService } from '../service/runningService.ts';
import { administration } from './administration/server.ts';
import { serveConnection, type ServedConnection } from './amqp/connection.ts';
import { readContent } from './amqp/content.ts';
import { createContainer } from './amqp/rhea/connections.ts';
import { Broker } from './broker/broker.ts';
import { noJournal } from './broker/journal.ts';
import { parseConfig, type EmulatorConfig, type Namespace } from './definitions/config.ts';
import { createServiceBusFaults } from './faults.ts';
import { acceptFirst } from './firstByte.ts';
import type { Service } from './service.ts';
import { openStore } from './store/store.ts';
import { startTurns } from './broker/turns.ts';

export type ServiceBusOptions = {
  /** 0 for any free port. */
  readonly port: number;
  readonly config: EmulatorConfig;
  /** The folder for messages. Without it, they are in memory only. */
  readonly dataDir?: string | undefined;
  readonly durability?: Durability;
  /** Further hosts of which it takes HTTP requests. */
  readonly allowedHosts?: AllowedHosts;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

const keyName = 'RootManageSharedAccessKey';
const key = 'SAS_KEY_VALUE';
const maxConnections = 1000;
/** How long an administration client may take to send a request. */
const requestTimeoutMs = 5000;
/** How long clients have to disconnect when the service closes. */
const farewellMs = 1000;

/**
 * Starts a Service Bus namespace for the official client libraries: AMQP for messages and HTTP for administration.
 * Rejects with the listener's error (EADDRINUSE), or with an error that names the mistakes in the configuration.
 */
export async function startServiceBus(options: ServiceBusOptions): Promise<RunningService> {
  const config = parseConfig(options.config);
  const server = createServer();
  server.maxConnections = maxConnections;
  // Takes the port first: of two services with the same data folder, the second must fail because of the port.
  const listening = await listenOnLoopback(server, options.port);
  try {
    return run(server, listening, openService(config, options), options.allowedHosts ?? []);
  } catch (error) {
    void listening.close();
    throw error;
  }
}

function openService(config: Namespace, { dataDir, durability, now = Date.now }: ServiceBusOptions) {
  const store = dataDir === undefined ? undefined : openStore(dataDir, readContent, durability);
  try {
    const broker = new Broker(config, store ?? noJournal, store?.recover(), now());
    const turns = startTurns(broker, () => store?.commit(), now);
    const faults = createServiceBusFaults();
    const service: Service = { broker, turns, keys: new Map([[keyName, key]]), faults, now };
    return { service, closeStore: () => store?.close() };
  } catch (error) {
    store?.close();
    throw error;
  }
}

function run(
  server: Server,
  listening: Listening,
  { service, closeStore }: ReturnType<typeof openService>,
  allowedHosts: AllowedHosts,
): RunningService {
  const container = createContainer();
  const sockets = new Set<Socket>();
  const connections = new Map<Socket, ServedConnection>();
  const pauseSwitch = createPauseSwitch(() => connections.forEach((_, socket) => socket.destroy()));
  const faultAdmin = createFaultAdmin(service.faults, pauseSwitch);
  const administer = administration(service);
  const patience = { headersTimeout: requestTimeoutMs, requestTimeout: requestTimeoutMs };
  const http = createHttpServer({ ...patience, connectionsCheckingInterval: 1000 }, (request, response) => {
    if (refuseForeign(request, response, { allowedHosts }) || faultAdmin(request, response)) return;
    if (pauseSwitch.isPaused) request.socket.destroy();
    else administer(request, response);
  });
  // The HTTP server gets its connections from `server` and never listens, but this event starts its timeouts.
  http.emit('listening');

  server.on('connection', (socket) => {
    sockets.add(socket);
    // After an error the socket also closes, and the broker handles that event.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      connections.delete(socket);
    });
    acceptFirst(socket, {
      amqp(first) {
        if (pauseSwitch.isPaused) socket.destroy();
        else connections.set(socket, serveConnection(socket, first, container, service));
      },
      http: () => http.emit('connection', socket),
    });
  });

  let closing: Promise<void> | undefined;
  const { port } = listening;
  return {
    port,
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=${keyName};SharedAccessKey=${key};UseDevelopmentEmulator=true;`,
    close: () => (closing ??= close()),
  };

  async function close() {
    const closed = listening.close();
    http.close();
    try {
      // Sends the last answers before the connections close.
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
