import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The fate of a request for items. */
export type Fault =
  /** It gets this answer and goes no further. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The connection ends before it gets there, or before its answer comes back, or half-way through the answer. */
  | 'cutBefore'
  | 'cutAfter'
  | 'cutShort'
  /** It gets there, and is never answered. */
  | 'silence';

/** Stands in front of a Cosmos DB and spoils requests for items; all others pass. */
export const startFaultyProxy = async (connectionString: string) => {
  const { port: target } = new URL(/AccountEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '');
  const state = {
    /** One for each of the next requests. */
    faults: [] as Fault[],
    /** For every request after those. */
    always: undefined as Fault | undefined,
    /** How many came, spoiled or not. */
    requests: 0,
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const isForItems = request.url?.includes('/docs') === true;
    if (isForItems) state.requests += 1;
    const fault = isForItems ? (state.faults.shift() ?? state.always) : undefined;
    const body = await buffer(request);
    if (fault === 'cutBefore') return response.destroy();
    if (typeof fault === 'object') {
      return response.writeHead(fault.status, fault.headers).end(fault.body ?? '{"code":"Fault","message":"Fault"}');
    }

    const { method, url: path, rawHeaders: headers } = request;
    const forwarded = send({ host: '127.0.0.1', port: target, method, path, headers, agent: false }).end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const content = await buffer(answer);
    if (fault === 'silence') return response;
    if (fault === 'cutAfter') return response.destroy();
    response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
    if (fault !== 'cutShort') return response.end(content);
    return response.write(content.subarray(0, content.length / 2), () => response.destroy());
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    state,
    connectionString: connectionString.replace(`:${target}/`, `:${port}/`),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
