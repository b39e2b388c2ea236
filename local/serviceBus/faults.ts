import { createFaultRules, type FaultRules } from '../faults/faultRules.ts';

/** The operations that fault rules can name. Their target is the path of a queue, topic or subscription. */
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
