import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Durability } from '../service/flags.ts';
import type { AllowedHosts } from '../service/foreignRequests.ts';
import { listenOnLoopback, type Listening } from '../service/loopback.ts';
import type { RunningService } from '../service/runningService.ts';
import { type Database, openDatabase } from './database.ts';
import { emulatorKey } from './wire/authorization.ts';
import { createRequestListener } from './wire/requestListener.ts';
import { type CosmosService, createService } from './wire/service.ts';

export type CosmosOptions = {
  /** 0 takes a free port. */
  readonly port: number;
  /** The folder of the data; without one, the data is kept in memory. */
  readonly dataDir?: string | undefined;
  readonly durability?: Durability;
  /** How far reads may lag for clients that ask for less than bounded staleness, in milliseconds; 0 if not given. */
  readonly lagMs?: number;
  /** How many physical partitions a new container gets; 1 if not given. */
  readonly partitions?: number;
  /** Further hosts of which it takes requests. */
  readonly allowedHosts?: AllowedHosts;
  /** The time in milliseconds. */
  readonly now?: () => number;
};

/** Longer than clients keep idle connections, because a write to a socket that the server has just closed is lost. */
const keepAliveTimeoutMs = 65_000;
const sweepIntervalMs = 5_000;
/** How long a client may take to send its headers, and to send the whole request. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;

/** Starts the embedded Cosmos DB. Rejects with the system's own error if the port is taken. */
export const startCosmos = async (options: CosmosOptions): Promise<RunningService> => {
  const {
    port,
    dataDir,
    durability = 'normal',
    lagMs = 0,
    partitions = 1,
    allowedHosts = [],
    now = Date.now,
  } = options;
  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
  });
  server.on('clientError', refuseRubbish);
  const listening = await listenOnLoopback(server, port);
  const stop = () => stopServing(server, listening);
  const database = await openOrStop(stop, dataDir, durability);
  const service = createService(database, { now, lagMs, partitions });
  server.on('request', createRequestListener(service, report, allowedHosts));
  const sweeping = setInterval(() => {
    sweep(service);
  }, sweepIntervalMs).unref();

  return {
    port: listening.port,
    connectionString: `AccountEndpoint=http://127.0.0.1:${listening.port}/;AccountKey=${emulatorKey};`,
    async close() {
      clearInterval(sweeping);
      await stop();
      database.close();
    },
  };
};

const stopServing = (server: Server, listening: Listening): Promise<void> => {
  const closed = listening.close();
  server.closeAllConnections();
  return closed;
};

/** Answers 400 to a client that does not speak HTTP, if the client is still connected. */
const refuseRubbish = (error: Error, socket: Duplex): void => {
  const isTooLong = 'code' in error && error.code === 'HPE_HEADER_OVERFLOW';
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ code: 'BadRequest', message: 'The request is not valid HTTP.' });
  const status = isTooLong ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
};

/**
 * The server listens before it opens the data, so that a second start reports the taken port and not the locked data.
 */
const openOrStop = async (
  stop: () => Promise<void>,
  dataDir: string | undefined,
  durability: Durability,
): Promise<Database> => {
  try {
    return openDatabase(dataDir, durability);
  } catch (error) {
    await stop();
    throw error;
  }
};

const sweep = (service: CosmosService): void => {
  try {
    service.sweep();
  } catch (error) {
    report('sweep', error);
  }
};

const report = (what: string, error: unknown): void => {
  process.stderr.write(`cosmos: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
};
