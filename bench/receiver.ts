import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Receiver = {
  readonly url: string;
  /** When each event first came, by its id. */
  readonly arrived: ReadonlyMap<string, number>;
  /** Resolves with that instant once the event has come. */
  readonly arrival: (id: string) => Promise<number>;
  stop(): Promise<void>;
};

/** Answers at once. */
export const good = (response: ServerResponse): void => void response.writeHead(204).end();
/** Answers after a time. */
export const goodAfter =
  (ms: number) =>
  (response: ServerResponse): void =>
    void setTimeout(good, ms, response);
/** Takes messages and never answers. */
export const dead = (): void => undefined;

/** Someone's endpoint for webhooks, on this machine. */
export const startReceiver = async (answer: (response: ServerResponse) => void): Promise<Receiver> => {
  const { arrived, arrive, arrival } = createArrivals();
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      arrive(String(request.headers['webhook-id']));
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    ...{ arrived, arrival },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
};

/** Keeps when something first came. */
export const createArrivals = () => {
  const arrived = new Map<string, number>();
  const awaited = new Map<string, (at: number) => void>();
  return {
    arrived,
    arrive: (id: string): void => {
      if (arrived.has(id)) return;
      const now = performance.now();
      arrived.set(id, now);
      awaited.get(id)?.(now);
      awaited.delete(id);
    },
    arrival: (id: string): Promise<number> => {
      const at = arrived.get(id);
      return at === undefined ? new Promise((resolve) => awaited.set(id, resolve)) : Promise.resolve(at);
    },
  };
};
