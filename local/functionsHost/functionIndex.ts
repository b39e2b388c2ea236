import { z } from 'zod';
import type { RegisteredFunction } from './core.ts';
import { HostError } from './hostError.ts';
import { readOutput, type Output } from './outputs.ts';
import { readRetry, type Retry } from './retry.ts';
import type { Binding, FunctionCallback, FunctionMetadata } from './rpc.ts';
import { createSettingResolver, type SettingResolver, type Settings } from './settings.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export type HttpTrigger = {
  readonly kind: 'http';
  readonly methods: readonly string[];
  readonly route: string;
  readonly authLevel: AuthLevel;
};

export type ServiceBusTrigger = {
  readonly kind: 'serviceBus';
  readonly connectionString: string;
  readonly entity: { readonly queue: string } | { readonly topic: string; readonly subscription: string };
  readonly batch: boolean;
  readonly sessions: boolean;
};

export type QueueTrigger = { readonly kind: 'queue'; readonly connectionString: string; readonly queue: string };

/** `monitor`: whether its runs are recorded, so that one which was missed is made up for. */
export type TimerTrigger = {
  readonly kind: 'timer';
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly monitor: boolean;
};

export type Trigger = HttpTrigger | ServiceBusTrigger | QueueTrigger | TimerTrigger;

/** A function that this host can run: its settings are resolved, its options understood. */
export type HostFunction<T extends Trigger = Trigger> = {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  /** The name of the binding that the trigger's value is sent as. */
  readonly triggerBinding: string;
  readonly trigger: T;
  readonly outputs: readonly Output[];
  readonly retry?: Retry;
};

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
  const { route = name, methods, authLevel } = httpTrigger.parse(binding);
  return {
    kind: 'http',
    route: settings.expand(route, name),
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

const validName = /^[a-z][a-z0-9_-]{0,127}$/i;

/** Azure keeps these for itself: a function below them would never be called. */
const reservedRoute = /^(admin|runtime)(\/|$)/i;

const checkName = (name: string, others: readonly HostFunction[]): void => {
  if (!validName.test(name)) {
    throw new HostError(`"${name}" is no name for a function: letters, digits, - and _, at most 128, a letter first.`);
  }
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw new HostError(`Two functions are called ${name}; Azure does not tell upper from lower case.`);
  }
};

/** The function, or why it cannot run. */
const readFunction = (
  { metadata, callback }: RegisteredFunction,
  settings: SettingResolver,
): HostFunction | { reason: string } => {
  const { name, bindings, retryOptions } = metadata;
  let triggered: Pick<HostFunction, 'trigger' | 'triggerBinding'> | undefined;
  const outputs: Output[] = [];
  for (const [bindingName, binding] of Object.entries(bindings)) {
    const type = binding.type.toLowerCase();
    const readTrigger = triggerReaders[type];
    if (readTrigger) {
      triggered = { triggerBinding: bindingName, trigger: readTrigger(name, binding, settings) };
      continue;
    }
    const output = readOutput(name, bindingName, binding, settings);
    if (output === undefined) return { reason: `this host does not support ${binding.type}` };
    if (output !== 'response') outputs.push(output);
  }
  if (!triggered) throw new HostError(`${name} has no trigger.`);
  const { trigger } = triggered;
  if (trigger.kind === 'http' && reservedRoute.test(trigger.route)) {
    return { reason: `the route ${trigger.route} is one that Azure keeps for itself` };
  }
  const retry = readRetry(retryOptions);
  return { name, metadata, callback, ...triggered, outputs, ...(retry && { retry }) };
};

const explained = <T>(name: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof z.ZodError) throw new HostError(`${name}: ${z.prettifyError(error)}`);
    throw error;
  }
};

/** An app setting switches a function off, under either of the names that Azure knows. */
const isDisabled = (name: string, settings: Settings): boolean =>
  [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs__${name}__Disabled`].some((setting) =>
    ['true', '1'].includes(settings[setting]?.toLowerCase() ?? ''),
  );

type Indexed = { readonly functions: readonly HostFunction[]; readonly warnings: readonly string[] };

/**
 * What the app registered, as functions that this host can run; those that it cannot, or is not to, are left out with a
 * warning.
 * Throws a HostError that lists every setting that is missing.
 */
export const indexFunctions = (registered: readonly RegisteredFunction[], settings: Settings): Indexed => {
  const problems: string[] = [];
  const warnings: string[] = [];
  const functions: HostFunction[] = [];
  for (const each of registered) {
    const { name } = each.metadata;
    checkName(name, functions);
    if (isDisabled(name, settings)) {
      warnings.push(`${name} is disabled by a setting.`);
      continue;
    }
    const resolver = createSettingResolver(settings);
    const read = explained(name, () => readFunction(each, resolver));
    if ('reason' in read) {
      warnings.push(`${name} is skipped: ${read.reason}.`);
      continue;
    }
    problems.push(...resolver.problems());
    if (read.retry && read.trigger.kind !== 'timer') {
      warnings.push(`${name}: a retry policy has no effect on this trigger, as in Azure.`);
    }
    functions.push(read);
  }
  if (problems.length > 0) {
    throw new HostError(
      `Settings are missing (in the environment, or in Values of local.settings.json):\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  return { functions, warnings };
};
