import { createFaultRules, type FaultRules } from '../faults/faultRules.ts';

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
