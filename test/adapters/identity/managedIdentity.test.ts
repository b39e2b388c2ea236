import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../adapters/cosmos/database.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { managedIdentity } from '../../../adapters/identity/credential.ts';
import { commitOf, opened } from '../../support/bank.ts';

const clientId = 'b4e3a9f0-54a7-4a44-9c37-0e35a3b8a1d2';
const header = 'only-this-machine-knows-it';

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** The endpoint at which an app in Azure gets the tokens of its identity. */
let answer: { readonly status: number; readonly body: object };
const asked: URLSearchParams[] = [];
const serveTokens: RequestListener = (request, response) => {
  if (request.headers['x-identity-header'] !== header) return response.writeHead(403).end();
  asked.push(new URL(request.url ?? '', 'http://localhost').searchParams);
  return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
};
const identities = createHttpServer(serveTokens);

/** Takes note of who asks, and refuses everything. */
const authorizations: string[] = [];
const pem = await readFile(new URL('localhost.pem', import.meta.url));
const account = createHttpsServer({ key: pem, cert: pem }, (request, response) => {
  authorizations.push(decodeURIComponent(request.headers.authorization ?? ''));
  response.writeHead(403, { 'content-type': 'application/json' }).end('{"code":"Forbidden","message":"No"}');
});

process.env.IDENTITY_ENDPOINT = `http://127.0.0.1:${await listen(identities)}/token`;
process.env.IDENTITY_HEADER = header;
// This process trusts its own certificate.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const address = `https://127.0.0.1:${await listen(account)}/`;

afterAll(() => [identities, account].forEach((server) => server.close().closeAllConnections()));
beforeEach(() => {
  asked.length = 0;
  authorizations.length = 0;
  const expiresOn = Math.floor(Date.now() / 1_000) + 86_400;
  answer = { status: 200, body: { access_token: 'a-token', expires_on: String(expiresOn), token_type: 'Bearer' } };
});

it('a user-assigned identity gets a token for its client id', async () => {
  const { token } = (await managedIdentity(clientId).getToken('https://servicebus.azure.net/.default')) ?? {};
  expect(token).toBe('a-token');
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    client_id: clientId,
    resource: 'https://servicebus.azure.net',
  });
});

it('without a client id, the identity is that of the app', async () => {
  await managedIdentity(undefined).getToken('https://storage.azure.com/.default');
  expect(asked[0]?.has('client_id')).toBe(false);
});

it('Cosmos DB is asked with a token, and no key', async () => {
  const database = openDatabase({ address, clientId });
  await expect(database.ping()).rejects.toThrow();
  expect(new Set(authorizations)).toEqual(new Set(['type=aad&ver=1.0&sig=a-token']));
  database.close();
});

it('an identity that gives no token is a service that is away, and nothing was done', async () => {
  answer = { status: 400, body: { error: 'invalid_request', error_description: 'No such identity' } };
  const database = openDatabase({ address, clientId: 'c5e3a9f0-54a7-4a44-9c37-0e35a3b8a1d2' });
  const store = cosmosEventStore(database.container('events'));
  const away = expect.objectContaining({ name: 'ServiceUnavailable', outcomeUnknown: false }) as unknown;
  await expect(database.ping()).rejects.toEqual(away);
  await expect(store.fence('an-aggregate')).rejects.toEqual(away);
  const { version, occurredAt, ...commit } = commitOf('account', 'an-aggregate', 0, [opened()]);
  const head = { aggregate: 'account', version, state: {}, stateVersion: 1, occurredAt } as const;
  await expect(store.append([{ ...commit, version, occurredAt }], head, undefined)).rejects.toEqual(away);
  expect(authorizations).toEqual([]);
  database.close();
});
