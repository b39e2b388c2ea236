import { z } from 'zod';
import type { RegisteredFunction } from './core.ts';
import { HostError } from './hostError.ts';
import type { Binding, FunctionCallback, FunctionMetadata } from './rpc.ts';
import { createSettingResolver, type SettingResolver, type Settings } from './settings.ts';

export type HttpTrigger = { readonly kind: 'http'; readonly methods: readonly string[]; readonly route: string };

export type ServiceBusTrigger = {
  readonly kind: 'serviceBus';
  readonly connectionString: string;
  readonly entity: { readonly queue: string } | { readonly topic: string; readonly subscription: string };
  readonly batch: boolean;
};

export type TimerTrigger = { readonly kind: 'timer'; readonly schedule: string; readonly runOnStartup: boolean };

/** A function that this host can run: its settings are resolved, its options understood. */
export type HostFunction = {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  /** The name of the binding that the trigger's value is sent as. */
  readonly triggerBinding: string;
  readonly trigger: HttpTrigger | ServiceBusTrigger | TimerTrigger;
};

const httpTrigger = z.object({
  route: z.string().optional(),
  methods: z.array(z.string()).default([]),
});

const serviceBusTrigger = z
  .object({
    connection: z.string().default('ServiceBus'),
    topicName: z.string().optional(),
    subscriptionName: z.string().optional(),
    queueName: z.string().optional(),
    cardinality: z.enum(['one', 'many']).default('one'),
  })
  .refine(
    ({ queueName, topicName, subscriptionName }) =>
      (queueName !== undefined) !== (topicName !== undefined && subscriptionName !== undefined),
    'needs either queueName, or topicName and subscriptionName',
  );

const timerTrigger = z.object({ schedule: z.string(), runOnStartup: z.boolean().default(false) });

const readHttpTrigger = (name: string, binding: Binding, settings: SettingResolver): HttpTrigger => {
  const { route = name, methods } = httpTrigger.parse(binding);
  return {
    kind: 'http',
    route: settings.expand(route, name),
    methods: methods.map((method) => method.toUpperCase()),
  };
};

const readServiceBusTrigger = (name: string, binding: Binding, settings: SettingResolver): ServiceBusTrigger => {
  const { connection, topicName, subscriptionName, queueName, cardinality } = serviceBusTrigger.parse(binding);
  return {
    kind: 'serviceBus',
    connectionString: settings.connection(connection, name),
    entity:
      topicName !== undefined && subscriptionName !== undefined
        ? { topic: settings.expand(topicName, name), subscription: settings.expand(subscriptionName, name) }
        : { queue: settings.expand(queueName ?? '', name) },
    batch: cardinality === 'many',
  };
};

const readTimerTrigger = (name: string, binding: Binding, settings: SettingResolver): TimerTrigger => {
  const { schedule, runOnStartup } = timerTrigger.parse(binding);
  return { kind: 'timer', schedule: settings.expand(schedule, name), runOnStartup };
};

const triggerReaders = {
  httptrigger: readHttpTrigger,
  servicebustrigger: readServiceBusTrigger,
  timertrigger: readTimerTrigger,
};

const isKnown = (type: string): type is keyof typeof triggerReaders => type in triggerReaders;

/** Why this host cannot run a function with such a binding, or undefined. */
const unsupported = (name: string, binding: Binding): string | undefined => {
  const type = binding.type.toLowerCase();
  if (type === 'http' && binding.direction === 'out' && name === '$return') return undefined;
  if (!isKnown(type)) return `this host does not support ${binding.type}`;
  if (binding.isSessionsEnabled === true) return 'this host does not support sessions';
  return undefined;
};

const validName = /^[a-z][a-z0-9_-]{0,127}$/i;

type Indexed = { readonly functions: readonly HostFunction[]; readonly warnings: readonly string[] };

/**
 * What the app registered, as functions that this host can run; those that it cannot are left out with a warning.
 * Throws a HostError that lists every setting that is missing.
 */
export const indexFunctions = (registered: readonly RegisteredFunction[], settings: Settings): Indexed => {
  const resolver = createSettingResolver(settings);
  const warnings: string[] = [];
  const functions: HostFunction[] = [];

  for (const { metadata, callback } of registered) {
    const { name, bindings } = metadata;
    if (!validName.test(name)) {
      throw new HostError(
        `"${name}" is no name for a function: letters, digits, - and _, at most 128, a letter first.`,
      );
    }
    if (functions.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
      throw new HostError(`Two functions are called ${name}; Azure does not tell upper from lower case.`);
    }
    const reason = Object.entries(bindings)
      .map(([bindingName, binding]) => unsupported(bindingName, binding))
      .find((found) => found !== undefined);
    if (reason !== undefined) {
      warnings.push(`${name} is skipped: ${reason}.`);
      continue;
    }
    if (metadata.retryOptions) warnings.push(`${name}: retry policies are not supported and ignored.`);
    functions.push({ name, metadata, callback, ...readTrigger(name, bindings, resolver) });
  }

  const problems = resolver.problems();
  if (problems.length > 0) {
    throw new HostError(
      `Settings are missing (in the environment, or in Values of local.settings.json):\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  return { functions, warnings };
};

const readTrigger = (
  name: string,
  bindings: FunctionMetadata['bindings'],
  resolver: SettingResolver,
): Pick<HostFunction, 'trigger' | 'triggerBinding'> => {
  for (const [triggerBinding, binding] of Object.entries(bindings)) {
    const type = binding.type.toLowerCase();
    if (!isKnown(type)) continue;
    try {
      return { triggerBinding, trigger: triggerReaders[type](name, binding, resolver) };
    } catch (error) {
      if (error instanceof z.ZodError) throw new HostError(`${name}: ${z.prettifyError(error)}`);
      throw error;
    }
  }
  throw new HostError(`${name} has no trigger.`);
};
