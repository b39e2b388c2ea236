import { afterAll, expect, it } from 'vitest';
import settings from '../../local.settings.json' with { type: 'json' };
import { follow, hostScript } from '../local/launcher/runStart.ts';
import { appEntry } from '../support/appEntry.ts';
import { certificate, startClosedAccount, startIdentityEndpoint } from '../support/managedIdentity.ts';

const clientId = 'b4e3a9f0-54a7-4a44-9c37-0e35a3b8a1d2';
const identities = await startIdentityEndpoint();
const account = await startClosedAccount();
afterAll(() => [identities, account].forEach(({ close }) => close()));

it('an app with an address and an identity signs in with a token, and says which service it cannot reach', async () => {
  const app = follow(process.execPath, [hostScript, '--app', appEntry, '--port', '0', '--ready-json'], {
    env: {
      ...identities.settings,
      COSMOS: '',
      COSMOS__accountEndpoint: account.address,
      COSMOS__credential: 'managedidentity',
      COSMOS__clientId: clientId,
      SERVICEBUS: settings.Values.SERVICEBUS.replace(':5672', ':9'),
      NODE_EXTRA_CA_CERTS: certificate,
    },
  });
  const { port } = await app.ready;
  const health = await fetch(`http://127.0.0.1:${port}/api/health`);
  expect(await health.json()).toMatchObject({ status: 'unhealthy', services: { cosmos: 'down' } });
  expect(identities.state.asked[0]?.get('client_id')).toBe(clientId);
  expect(new Set(account.authorizations)).toEqual(new Set(['type=aad&ver=1.0&sig=a-token']));
  app.child.kill('SIGTERM');
  await app.gone;
});
