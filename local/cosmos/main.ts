import type { RunningService } from '../runningService.ts';
import { parseArguments, usage } from './arguments.ts';
import { type CosmosOptions, startCosmos } from './server.ts';

// The embedded Cosmos DB as a program of its own; `--help` says how to start it.

const complain = (text: string, exitCode: number): void => {
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
};

const reasonOf = (error: unknown, { port, dataDir }: CosmosOptions): string => {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `Port ${port} is taken: choose another one with --port.`;
  }
  if (reason.includes('database is locked')) return `The data in ${dataDir ?? 'memory'} is in use by another process.`;
  return `Cosmos DB cannot start: ${reason}`;
};

const stopOnSignal = (service: RunningService): void => {
  let isStopping = false;
  const stop = (): void => {
    // Whoever asks twice does not want to wait.
    if (isStopping) process.exit(130);
    isStopping = true;
    service.close().catch((error: unknown) => {
      complain(`Cosmos DB has not ended cleanly: ${String(error)}`, 1);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

const run = async (options: CosmosOptions): Promise<void> => {
  try {
    const service = await startCosmos(options);
    stopOnSignal(service);
    process.stdout.write(`Cosmos DB is ready: ${service.connectionString}\n`);
  } catch (error) {
    complain(reasonOf(error, options), 1);
  }
};

const readArguments = (): CosmosOptions | 'help' | undefined => {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    complain(`${problem} See --help.`, 2);
    return undefined;
  }
};

const options = readArguments();
if (options === 'help') process.stdout.write(`${usage}\n`);
else if (options !== undefined) await run(options);
