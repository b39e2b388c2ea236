import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { RunningService } from '../runningService.ts';
import { StartProblem } from '../startProblem.ts';
import type { EmulatorConfig } from './config.ts';
import { startServiceBus, type ServiceBusOptions } from './server.ts';

const usage = `Runs a Service Bus namespace on this machine.

  --config <file>           its queues, topics and subscriptions, in the format of Microsoft's emulator (required)
  --port <n>                the port to listen on, 0 for a free one (5672)
  --data <folder>           where messages are kept (in memory, if there is none)
  --durability <mode>       normal: a power cut may take the last commits; full: it takes nothing (normal)
  --help                    show this`;

/** A command line that cannot be understood. */
class UsageError extends Error {}

type Arguments = Pick<ServiceBusOptions, 'port' | 'dataDir' | 'durability'> & { readonly configFile: string };

function parseArguments(given: readonly string[]): Arguments | 'help' {
  const { values } = readFlags(given);
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not "${values.port}".`);
  }
  const { config: configFile, data, durability } = values;
  if (configFile === undefined || configFile === '') throw new UsageError('--config is missing.');
  if (data === '') throw new UsageError('--data takes a folder.');
  if (durability !== 'normal' && durability !== 'full') {
    throw new UsageError(`--durability is normal or full, not "${durability}".`);
  }
  return { configFile, port, durability, ...(data !== undefined && { dataDir: data }) };
}

function readFlags(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        config: { type: 'string' },
        port: { type: 'string', default: '5672' },
        data: { type: 'string' },
        durability: { type: 'string', default: 'normal' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function readConfig(file: string): Promise<EmulatorConfig> {
  try {
    // Checked by the service itself, which names all that is wrong.
    return JSON.parse(await readFile(file, 'utf8')) as EmulatorConfig;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartProblem(error instanceof SyntaxError ? `${file} is not JSON: ${reason}` : reason);
  }
}

async function start({ configFile, ...options }: Arguments): Promise<RunningService> {
  const config = await readConfig(configFile);
  try {
    return await startServiceBus({ ...options, config });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new StartProblem(`Port ${options.port} is taken: choose another one with --port.`);
    if (error instanceof Error && error.message.includes('database is locked')) {
      throw new StartProblem(
        `The data folder ${String(options.dataDir)} is in use by another Service Bus: choose another one with --data.`,
      );
    }
    throw new StartProblem(error instanceof Error ? error.message : String(error));
  }
}

function complain(error: unknown): void {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${usage}\n`);
  else if (error instanceof StartProblem) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
}

async function run(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const service = await start(options);
  const stop = () => {
    service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  process.stdout.write(`Service Bus is ready: ${service.connectionString}\n`);
}

try {
  await run();
} catch (error) {
  complain(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
