import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { required, toDurability, toFolder, toPort } from '../service/flags.ts';
import { toAllowedHosts } from '../service/foreignRequests.ts';
import { StartProblem } from '../service/startProblem.ts';
import type { EmulatorConfig } from './definitions/config.ts';
import type { ServiceBusOptions } from './server.ts';

export const usage = `Runs an embedded Service Bus on this machine.

  --config <file>            its queues, topics and subscriptions, in the format of Microsoft's emulator (required)
  --port <n>                 the port to listen on; 0 for a free one (5672)
  --data <folder>            where to keep the data; without it, in memory
  --durability normal|full   whether a power cut may take the last commits, or each one waits for the disk (normal)
  --allow-host <name>        a further host of which it takes HTTP requests, with or without a port; may be repeated
  --help                     show this`;

type Arguments = Omit<ServiceBusOptions, 'config'> & { readonly configFile: string };

/** Reads the command line. Throws an Error that names the mistake. */
export function parseArguments(given: readonly string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args: [...given],
    options: {
      config: { type: 'string' },
      port: { type: 'string', default: '5672' },
      data: { type: 'string' },
      durability: { type: 'string', default: 'normal' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    configFile: required(values.config, '--config'),
    port: toPort(values.port, '--port'),
    durability: toDurability(values.durability, '--durability'),
    dataDir: toFolder(values.data, '--data'),
    allowedHosts: toAllowedHosts(values['allow-host'], '--allow-host'),
  };
}

/** Throws a StartProblem if the file is missing or is not JSON. The service itself checks the content. */
export async function readConfig(file: string): Promise<EmulatorConfig> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as EmulatorConfig;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartProblem(error instanceof SyntaxError ? `${file} is not JSON: ${reason}` : reason);
  }
}
