import { z } from 'zod';
import type { HttpTrigger, QueueTrigger, ServiceBusTrigger, TimerTrigger, Trigger } from './hostFunction.ts';
import type { Binding } from './rpc.ts';
import type { SettingResolver } from './settings.ts';

const httpTrigger = z.object({
  route: z.string().optional(),
  methods: z.array(z.string()).default([]),
  authLevel: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['anonymous', 'function', 'admin']))
    .default('function'),
});

const serviceBusTrigger = z
  .object({
    connection: z.string().default('ServiceBus'),
    topicName: z.string().optional(),
    subscriptionName: z.string().optional(),
    queueName: z.string().optional(),
    cardinality: z.enum(['one', 'many']).default('one'),
    isSessionsEnabled: z.boolean().default(false),
  })
  .refine(
    ({ queueName, topicName, subscriptionName }) =>
      (queueName !== undefined) !== (topicName !== undefined && subscriptionName !== undefined),
    'needs either queueName, or topicName and subscriptionName',
  );

const queueTrigger = z.object({ connection: z.string().default('Storage'), queueName: z.string().min(1) });

const timerTrigger = z.object({
  schedule: z.string(),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

type Reader<T extends Trigger> = (name: string, binding: Binding, settings: SettingResolver) => T;

const readHttpTrigger: Reader<HttpTrigger> = (name, binding, settings) => {
  const { route = '', methods, authLevel } = httpTrigger.parse(binding);
  return {
    kind: 'http',
    // As in Azure, a blank route does not mean `/`.
    route: route.trim() === '' ? name : settings.expand(route, name),
    methods: methods.map((method) => method.toUpperCase()),
    authLevel,
  };
};

const readServiceBusTrigger: Reader<ServiceBusTrigger> = (name, binding, settings) => {
  const given = serviceBusTrigger.parse(binding);
  const { topicName, subscriptionName } = given;
  return {
    kind: 'serviceBus',
    connectionString: settings.connection(given.connection, name),
    entity:
      topicName !== undefined && subscriptionName !== undefined
        ? { topic: settings.expand(topicName, name), subscription: settings.expand(subscriptionName, name) }
        : { queue: settings.expand(given.queueName ?? '', name) },
    batch: given.cardinality === 'many',
    sessions: given.isSessionsEnabled,
  };
};

const readQueueTrigger: Reader<QueueTrigger> = (name, binding, settings) => {
  const { connection, queueName } = queueTrigger.parse(binding);
  return {
    kind: 'queue',
    connectionString: settings.connection(connection, name),
    queue: settings.expand(queueName, name),
  };
};

const readTimerTrigger: Reader<TimerTrigger> = (name, binding, settings) => {
  const { schedule, runOnStartup, useMonitor } = timerTrigger.parse(binding);
  return { kind: 'timer', schedule: settings.expand(schedule, name), runOnStartup, monitor: useMonitor };
};

const triggerReaders: Readonly<Record<string, Reader<Trigger>>> = {
  httptrigger: readHttpTrigger,
  servicebustrigger: readServiceBusTrigger,
  queuetrigger: readQueueTrigger,
  timertrigger: readTimerTrigger,
};

/** Reads a binding that is a trigger; undefined for any other, and for triggers that this host does not support. */
export const readTrigger = (functionName: string, binding: Binding, settings: SettingResolver): Trigger | undefined =>
  triggerReaders[binding.type.toLowerCase()]?.(functionName, binding, settings);
