import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningService } from '../runningService.ts';
import { emulatorKey } from './authorization.ts';
import { type Database, openDatabase } from './database.ts';
import type { CosmosResponse } from './http.ts';
import { refusal } from './refusal.ts';
import { readBody } from './requestBody.ts';
import { type CosmosService, createService } from './service.ts';

export type CosmosOptions = {
  /** 0 for a free one. */
  readonly port: number;
  /** Where the data is kept; without it, in memory. */
  readonly dataDir?: string;
  readonly host?: string;
  /** The time in milliseconds. */
  readonly now?: () => number;
};

/** Longer than clients keep idle connections: a write on a socket that the server has just closed is lost. */
const keepAliveTimeoutMs = 65_000;
const sweepIntervalMs = 5_000;

/** Starts the embedded Cosmos DB. Rejects with the system's own error if the port is taken. */
export const startCosmos = async (options: CosmosOptions): Promise<RunningService> => {
  const { port, dataDir, host = '127.0.0.1', now = Date.now } = options;
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs });
  await listen(server, port, host);
  const database = await openOrStop(server, dataDir);
  const service = createService(database, now);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(service, request, response).catch((error: unknown) => {
      report('answer', error);
      response.destroy();
    });
  });
  const sweeping = setInterval(() => {
    sweep(service);
  }, sweepIntervalMs).unref();

  const { port: actual } = server.address() as AddressInfo;
  return {
    port: actual,
    connectionString: `AccountEndpoint=http://${host}:${actual}/;AccountKey=${emulatorKey};`,
    async close() {
      clearInterval(sweeping);
      await stop(server);
      database.close();
    },
  };
};

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });

/** Listening comes first, so that a second start fails on the port and not on the lock of the data. */
const openOrStop = async (server: Server, dataDir: string | undefined): Promise<Database> => {
  try {
    return openDatabase(dataDir);
  } catch (error) {
    await stop(server);
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

const answer = async (service: CosmosService, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { method = '', url = '/', headers } = request;
  const activityId = headers['x-ms-activity-id']?.toString() ?? randomUUID();
  let result: CosmosResponse;
  try {
    const body = await readBody(request);
    // The client has gone, or the service is being closed.
    if (response.destroyed) return;
    result = service.handle({ method, url, headers, body });
  } catch (error) {
    if (request.errored !== null || response.destroyed) return;
    result = refusal(error, activityId);
    if (result.status === 500) report(`${method} ${url}`, error);
  }
  const { status } = result;
  const body = status === 204 || status === 304 ? undefined : (result.body ?? '');
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-ms-activity-id': activityId,
    'x-ms-version': '2020-07-15',
    'x-ms-gatewayversion': 'version=2.14.0',
    'x-ms-serviceversion': 'version=2.14.0.0',
    ...result.headers,
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    // What is left of a body that was too long to read is not the next request.
    ...(request.readableEnded ? {} : { connection: 'close' }),
  });
  response.end(body);
};
