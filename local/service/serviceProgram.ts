import { watchParent } from './parentWatch.ts';
import type { RunningService } from './runningService.ts';
import { portTaken, StartProblem } from './startProblem.ts';
import { codeOf, messageOf } from './thrown.ts';

type ServiceProgram<Options> = {
  /** The service's name for people. */
  readonly name: string;
  readonly usage: string;
  /** Throws an Error that says what is wrong with the arguments. */
  readonly parse: (given: readonly string[]) => Options | 'help';
  readonly start: (options: Options) => Promise<RunningService>;
};

type Common = { readonly port: number; readonly dataDir?: string | undefined };

const complain = (text: string, exitCode: number): void => {
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
};

const reasonOf = (error: unknown, name: string, { port, dataDir = '' }: Common): string => {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof StartProblem) return error.message;
  if (codeOf(error) === 'EADDRINUSE') return portTaken(port, name, '--port').message;
  if (error.message.includes('database is locked')) {
    return `The data folder ${dataDir} is in use by another ${name}: choose another one with --data.`;
  }
  return `${name} cannot start: ${error.message}`;
};

/** Stops the service on a signal; a second signal ends the process at once. Also stops it when npm ends, which forwards no signals. */
const stopWhenTold = (service: RunningService, name: string): void => {
  let stopping: Promise<never> | undefined;
  const stop = (): Promise<never> =>
    (stopping ??= service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(`${name} did not end cleanly: ${String(error)}`, 1);
        process.exit();
      },
    ));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      void stop();
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) watchParent(() => void stop());
};

/**
 * Runs an embedded service as a program, until a signal stops it. The program prints one line when it is ready. It ends with exit
 * code 2 for bad arguments, and with 1 if the service cannot start.
 */
export const runService = async <Options extends Common>(program: ServiceProgram<Options>): Promise<void> => {
  const { name, usage, parse, start } = program;
  let options: Options | 'help';
  try {
    options = parse(process.argv.slice(2));
  } catch (error) {
    complain(`${messageOf(error)}\n\n${usage}`, 2);
    return;
  }
  if (options === 'help') {
    process.stdout.write(`${usage}\n`);
    return;
  }
  try {
    const service = await start(options);
    stopWhenTold(service, name);
    process.stdout.write(`${name} is ready: ${service.connectionString}\n`);
  } catch (error) {
    complain(reasonOf(error, name, options), 1);
  }
};
