import { parseServiceBusConnectionString, ServiceBusClient } from '@azure/service-bus';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contractTarget, receiveOne } from './target.ts';

const target = contractTarget();

/** Returns the client library's first error, without its 90 s of retries. */
const attempt = (connectionString: string) => {
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: 20_000 } });
  return client
    .createSender('signed')
    .sendMessages({ body: 'x' })
    .finally(() => client.close());
};

const withSignature = (change: { key?: string; expiresAt?: number; resource?: string; name?: string }) => {
  const {
    endpoint,
    sharedAccessKeyName = '',
    sharedAccessKey = '',
  } = parseServiceBusConnectionString(target.connectionString);
  const {
    key = sharedAccessKey,
    expiresAt = Date.now() + 60_000,
    resource = endpoint,
    name = sharedAccessKeyName,
  } = change;
  const expiry = Math.floor(expiresAt / 1000);
  const encoded = encodeURIComponent(resource);
  const signature = createHmac('sha256', key).update(`${encoded}\n${expiry}`).digest('base64');
  const token = `SharedAccessSignature sr=${encoded}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${name}`;
  return `Endpoint=${endpoint};SharedAccessSignature=${token};UseDevelopmentEmulator=true`;
};

describe('a shared access signature', () => {
  it('opens the namespace', async () => {
    await expect(attempt(withSignature({}))).resolves.toBeUndefined();
    await receiveOne(target.client().createReceiver('signed', { receiveMode: 'receiveAndDelete' }));
  });

  it.each([
    ['was made with another key', { key: 'wrong' }],
    ['names an unknown key', { name: 'somebody' }],
    ['has expired', { expiresAt: Date.now() - 5000 }],
    ['is for another entity', { resource: 'sb://127.0.0.1/other' }],
    ['is for an entity whose name only begins alike', { resource: 'sb://127.0.0.1/sig' }],
  ])('opens nothing if it %s', async (_, change) => {
    await expect(attempt(withSignature(change))).rejects.toMatchObject({ code: 'UnauthorizedAccess' });
  });
});
