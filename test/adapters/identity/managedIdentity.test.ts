import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { openDatabase } from '../../../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { managedIdentity } from '../../../adapters/identity/credential.ts';
import { commitOf, opened } from '../../support/bank.ts';
import { startClosedAccount, startIdentityEndpoint } from '../../support/managedIdentity.ts';
import topology from '../../../infra/topology.json' with { type: 'json' };

const clientId = 'b4e3a9f0-54a7-4a44-9c37-0e35a3b8a1d2';
const identities = await startIdentityEndpoint();
const { asked } = identities.state;
const { address, authorizations, ...account } = await startClosedAccount();

for (const [name, value] of Object.entries(identities.settings)) vi.stubEnv(name, value);
// This process trusts its own certificate, but not for the files that it runs after this one.
vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');

afterAll(() => {
  vi.unstubAllEnvs();
  [identities, account].forEach(({ close }) => close());
});
beforeEach(() => {
  asked.length = 0;
  authorizations.length = 0;
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
  const database = openDatabase({ address, clientId }, topology.cosmos);
  await expect(database.ping()).rejects.toThrow();
  expect(new Set(authorizations)).toEqual(new Set(['type=aad&ver=1.0&sig=a-token']));
  database.close();
});

it('an identity that gives no token is a service that is away, and nothing was done', async () => {
  identities.state.answer = { status: 400, body: { error: 'invalid_request', error_description: 'No such identity' } };
  const database = openDatabase({ address, clientId: 'c5e3a9f0-54a7-4a44-9c37-0e35a3b8a1d2' }, topology.cosmos);
  const store = cosmosEventStore(database.container('events'));
  const away = expect.objectContaining({ name: 'ServiceUnavailable', outcomeUnknown: false }) as unknown;
  await expect(database.ping()).rejects.toEqual(away);
  await expect(store.fence('an-aggregate')).rejects.toEqual(away);
  const commit = commitOf('account', 'an-aggregate', 0, [opened()]);
  await expect(store.append([commit], { state: {}, stateVersion: 1 })).rejects.toEqual(away);
  expect(authorizations).toEqual([]);
  database.close();
});
