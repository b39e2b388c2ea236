import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const header = 'only-this-machine-knows-it';
/** The certificate of a server on this machine; who trusts it trusts nobody else. */
export const certificate = fileURLToPath(new URL('localhost.pem', import.meta.url));

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** The endpoint at which an app in Azure gets the tokens of its identity: `a-token`, until another answer is set. */
export const startIdentityEndpoint = async () => {
  const expiresOn = Math.floor(Date.now() / 1_000) + 86_400;
  const token = { access_token: 'a-token', expires_on: String(expiresOn), token_type: 'Bearer' };
  const state = {
    answer: { status: 200, body: token as object },
    /** The requests for tokens. */
    asked: [] as URLSearchParams[],
  };
  const server = createHttpServer((request, response) => {
    if (request.headers['x-identity-header'] !== header) return response.writeHead(403).end();
    state.asked.push(new URL(request.url ?? '', 'http://localhost').searchParams);
    const { status, body } = state.answer;
    return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const settings = { IDENTITY_ENDPOINT: `http://127.0.0.1:${await listen(server)}/token`, IDENTITY_HEADER: header };
  return { state, settings, close: () => server.close().closeAllConnections() };
};

/** An account of Cosmos DB that takes note of who asks, and refuses everything. */
export const startClosedAccount = async () => {
  const authorizations: string[] = [];
  const pem = await readFile(certificate);
  const server = createHttpsServer({ key: pem, cert: pem }, (request, response) => {
    authorizations.push(decodeURIComponent(request.headers.authorization ?? ''));
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"code":"Forbidden","message":"No"}');
  });
  const address = `https://127.0.0.1:${await listen(server)}/`;
  return { address, authorizations, close: () => server.close().closeAllConnections() };
};
