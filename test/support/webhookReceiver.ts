import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll } from 'vitest';

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** What a receiver does with a message: a status, or whatever it wants. */
type Behaviour = (response: ServerResponse, received: Received) => void;
export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end('{}');
export const silent: Behaviour = () => undefined;

/** Somebody's endpoint on this machine, which keeps all that it gets. */
export const startReceiver = async (behaviour: Behaviour = answering(200)) => {
  let behaves = behaviour;
  let open = 0;
  let mostOpen = 0;
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(message);
      mostOpen = Math.max(mostOpen, (open += 1));
      response.on('close', () => (open -= 1));
      behaves(response, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    mostOpen: () => mostOpen,
    ids: () => received.map(({ headers }) => headers['webhook-id']),
    behave: (next: Behaviour) => void (behaves = next),
  };
};
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** What the library of Standard Webhooks makes of a message. Throws where it was not signed with that secret. */
export const verified = (secret: string, { headers, body }: Received): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);
