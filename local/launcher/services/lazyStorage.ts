import { existsSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { startStorageThread, type ServiceThread } from './threads/serviceThread.ts';
import { listenOnLoopback, type Listening } from '../../service/loopback.ts';
import { portTaken } from '../../service/startProblem.ts';
import { connectionString, portsOf, type StorageWorkerData } from './storageAccount.ts';
import { codeOf } from '../../service/thrown.ts';

/** The file in which Azurite keeps its queues. */
const queuesFile = '__azurite_db_queue__.json';

/** Storage that occupies only its ports until somebody uses it. */
export type LazyStorage = {
  /** The port of blobs; queues and tables have their own. */
  readonly port: number;
  readonly connectionString: string;
  /** Resolves when storage starts: on the first connection, or at once if there are queues from earlier runs. */
  readonly used: Promise<void>;
  /** Rejects if storage crashes, or cannot start. */
  readonly crashed: Promise<never>;
  readonly close: () => Promise<void>;
};

const listen = async (server: Server, port: number): Promise<Listening> => {
  try {
    return await listenOnLoopback(server, port);
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE' ? portTaken(port, 'Storage', '--storage-port') : error;
  }
};

/** Listens on the ports of storage. On the first connection, starts storage in a thread, on other ports, and forwards to it. */
export const startLazyStorage = async ({
  port,
  dataDir,
  allowedHosts = [],
}: StorageWorkerData): Promise<LazyStorage> => {
  let thread: Promise<ServiceThread> | undefined;
  const used = Promise.withResolvers<undefined>();
  const crashed = Promise.withResolvers<never>();
  const sockets = new Set<Socket>();
  const listening: Listening[] = [];

  const use = (): Promise<ServiceThread> => {
    if (!thread) {
      const clientPorts = listening.map((each) => each.port);
      thread = startStorageThread({ port: 0, dataDir, allowedHosts, clientPorts });
      thread.then((started) => started.crashed).catch(crashed.reject);
      used.resolve(undefined);
    }
    return thread;
  };
  const forward = async (from: Socket, service: number): Promise<void> => {
    sockets.add(from);
    from.once('close', () => sockets.delete(from));
    const to = connect(portsOf((await use()).connectionString)[service] ?? 0, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.on('error', () => other.destroy());
      one.once('close', () => other.destroy());
      one.pipe(other);
    }
  };
  const servers = [0, 1, 2].map((service) =>
    createServer((socket) => {
      forward(socket, service).catch(() => socket.destroy());
    }),
  );
  const close = async (): Promise<void> => {
    const closed = listening.map((each) => each.close());
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    await (await thread?.catch(() => undefined))?.close();
  };

  try {
    for (const [index, server] of servers.entries()) {
      listening.push(await listen(server, port === 0 ? 0 : port + index));
    }
    const ports = listening.map((each) => each.port);
    if (existsSync(join(dataDir, queuesFile))) void use();
    return {
      port: ports[0] ?? 0,
      connectionString: connectionString(ports),
      used: used.promise,
      crashed: crashed.promise,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
