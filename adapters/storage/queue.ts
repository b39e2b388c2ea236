import type { QueueClient } from '@azure/storage-queue';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Connection } from '../identity/connection.ts';
import { managedIdentity } from '../identity/credential.ts';

const maximumDelaySeconds = 7 * 24 * 3_600;

/**
 * Sends messages to a storage queue, as JSON in Base64, which triggers expect. Loads its library, and asks for the
 * connection, with the first message: until then nobody needs storage. Creates a missing queue.
 */
export const storageQueue = (connectionOf: () => Connection, name: string) => {
  let opening: Promise<QueueClient> | undefined;

  const send = async (text: string, delayMs: number): Promise<void> => {
    const queue = await (opening ??= open(connectionOf(), name));
    const visibilityTimeout = Math.min(maximumDelaySeconds, Math.ceil(delayMs / 1_000));
    const sendOnce = () => queue.sendMessage(text, { visibilityTimeout });
    await sendOnce().catch(async (error: unknown) => {
      if ((error as { code?: unknown }).code !== 'QueueNotFound') throw error;
      await queue.createIfNotExists();
      await sendOnce();
    });
  };

  return {
    /** Throws ServiceUnavailable. The delay counts in whole seconds. */
    send: async (message: unknown, delayMs = 0): Promise<void> => {
      try {
        await send(Buffer.from(JSON.stringify(message)).toString('base64'), delayMs);
      } catch (error) {
        throw new ServiceUnavailable('Storage', { cause: error, outcomeUnknown: true });
      }
    },
  };
};

const open = async (connection: Connection, name: string): Promise<QueueClient> => {
  const { QueueClient: Client } = await import('@azure/storage-queue');
  const options = { retryOptions: { maxTries: 3, tryTimeoutInMs: 10_000, retryDelayInMs: 200 } };
  if ('connectionString' in connection) return new Client(connection.connectionString, name, options);
  const url = `https://${connection.address}.queue.core.windows.net/${name}`;
  return new Client(url, managedIdentity(connection.clientId), options);
};
