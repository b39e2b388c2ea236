import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { codeOf } from './thrown.ts';

/** A server that listens on 127.0.0.1, and on ::1 where this machine has IPv6: one port, since `localhost` may mean either. */
export type Listening = {
  readonly port: number;
  /** Takes no more connections. Resolves when all have ended. */
  readonly close: () => Promise<void>;
};

const withoutIpv6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
/** A free port of one address may be taken at the other. */
const attempts = 20;

const listen = async (server: Server, port: number, host: string): Promise<number> => {
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const stop = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** 0 takes a free port. Rejects with the system's own error if the port is taken at either address. */
export const listenOnLoopback = async (server: Server, port: number): Promise<Listening> => {
  const opened = Promise.withResolvers<undefined>();
  const pass = (socket: Socket): void => void opened.promise.then(() => server.emit('connection', socket));
  for (let attempt = 1; ; attempt += 1) {
    // The options of an HTTP server for its own connections.
    const second = createServer({ allowHalfOpen: server instanceof HttpServer, noDelay: true }, pass);
    second.maxConnections = server.maxConnections;
    const servers = [server];
    try {
      const found = await listen(second, port, '::1').catch((error: unknown) => {
        if (withoutIpv6.has(codeOf(error) ?? '')) return port;
        throw error;
      });
      if (second.listening) servers.push(second);
      // The server itself comes last: its owner may add the handlers of connections as soon as this resolves.
      const actual = await listen(server, found, '127.0.0.1');
      setImmediate(opened.resolve, undefined);
      return { port: actual, close: () => Promise.all(servers.map(stop)).then(() => undefined) };
    } catch (error) {
      if (second.listening) await stop(second);
      if (port !== 0 || codeOf(error) !== 'EADDRINUSE' || attempt === attempts) throw error;
    }
  }
};
