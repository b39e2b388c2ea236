import { setTimeout as sleep } from 'node:timers/promises';
import { isServiceBusError, ServiceBusClient } from '@azure/service-bus';
import { ServiceUnavailable } from '../../application/serviceUnavailable.ts';
import type { Connection } from '../identity/connection.ts';
import { managedIdentity } from '../identity/credential.ts';

const callMs = 10_000;

export const openClient = (connection: Connection): ServiceBusClient => {
  const options = { retryOptions: { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: callMs } };
  return 'address' in connection
    ? new ServiceBusClient(connection.address, managedIdentity(connection.clientId), options)
    : new ServiceBusClient(connection.connectionString, options);
};

/** Any failure may pass: what can never be sent is found out before. */
export const serviceBusCall = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  const timer = new AbortController();
  // The client's own time-out does not cover a connection that is accepted and never answered, or lost half-way.
  const late = sleep(callMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`No answer within ${callMs} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    if (error instanceof TypeError && !isServiceBusError(error)) throw error;
    if (error instanceof ServiceUnavailable) throw error;
    throw new ServiceUnavailable('Service Bus', { cause: error, outcomeUnknown: true });
  } finally {
    timer.abort();
  }
};
