import { createFaultRules, type Fault, type FaultRules } from '../../faults/faultRules.ts';
import { ServiceBusError } from './errors.ts';

/** What faults can be about; the target is the path of the queue, topic or subscription. */
export const operations = [
  'putToken',
  'attach',
  'send',
  'deliver',
  'complete',
  'abandon',
  'defer',
  'deadLetter',
  'renewLock',
  'session',
  'peek',
  'receiveDeferred',
  'schedule',
  'cancel',
  'rules',
  'administration',
] as const;

export type Operation = (typeof operations)[number];

export const createServiceBusFaults = (): FaultRules =>
  createFaultRules({
    operations,
    kinds: ['answer', 'drop', 'delay', 'timeout', 'duplicate', 'reorder', 'expireLocks', 'reject'],
  });

const conditions = new Map([
  [401, 'amqp:unauthorized-access'],
  [403, 'amqp:resource-limit-exceeded'],
  [404, 'amqp:not-found'],
  [408, 'com.microsoft:timeout'],
  [429, 'com.microsoft:server-busy'],
  [503, 'com.microsoft:server-busy'],
]);

/** What a fault that refuses says: over AMQP there are conditions in place of statuses. */
export function refusalOf(fault: Extract<Fault, { kind: 'answer' | 'reject' }>): ServiceBusError {
  const condition = fault.kind === 'reject' ? fault.condition : (conditions.get(fault.status) ?? 'amqp:internal-error');
  return new ServiceBusError(condition, 'A fault that was asked for.');
}
