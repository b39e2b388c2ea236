import { z } from 'zod';
import type { RegisteredFunction } from './core.ts';
import { HostError } from './hostError.ts';
import type { HostFunction } from './hostFunction.ts';
import { readOutput, type Output } from './outputs.ts';
import { readTrigger } from './readTrigger.ts';
import { readRetry } from './retry.ts';
import { createSettingResolver, type SettingResolver, type Settings } from './settings.ts';

const validName = /^[a-z][a-z0-9_-]{0,127}$/i;

/** With any prefix, Azure refuses routes that begin with these words, even `administrators`. */
const reservedRoute = /^\/*(admin|runtime)/i;

const checkName = (name: string, others: readonly HostFunction[]): void => {
  if (!validName.test(name)) {
    throw new HostError(`"${name}" is no name for a function: letters, digits, - and _, at most 128, a letter first.`);
  }
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw new HostError(`Two functions are called ${name}; Azure does not tell upper from lower case.`);
  }
};

/** Returns the function, or the reason why it cannot run. */
const readFunction = (
  { metadata, callback }: RegisteredFunction,
  settings: SettingResolver,
): HostFunction | { reason: string } => {
  const { name, bindings, retryOptions } = metadata;
  let triggered: Pick<HostFunction, 'trigger' | 'triggerBinding'> | undefined;
  const outputs: Output[] = [];
  for (const [bindingName, binding] of Object.entries(bindings)) {
    const trigger = readTrigger(name, binding, settings);
    if (trigger) {
      triggered = { triggerBinding: bindingName, trigger };
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

/** True if an app setting, under either of the names that Azure knows, switches the function off. */
const isDisabled = (name: string, settings: Settings): boolean =>
  [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs__${name}__Disabled`].some((setting) =>
    ['true', '1'].includes(settings[setting]?.toLowerCase() ?? ''),
  );

type Indexed = { readonly functions: readonly HostFunction[]; readonly warnings: readonly string[] };

/**
 * Turns what the app registered into functions that this host can run. It leaves out, with a warning, those that it cannot run and
 * those that a setting disables. Throws a HostError that lists every missing setting.
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
