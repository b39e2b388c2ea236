import { watchParent } from './parentWatch.ts';
import type { RunningService } from './runningService.ts';
import { portTaken, StartProblem } from './startProblem.ts';
import { codeOf, messageOf } from './thrown.ts';

type ServiceProgram<Options> = {
  /** What people call the service. */
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

/** By a signal; of two, the second one does not want to wait. Or by the end of npm, which keeps signals to itself. */
const stopWhenTold = (service: RunningService, name: string): void => {
  let stopping: Promise<never> | undefined;
  const stop = (): Promise<never> =>
    (stopping ??= service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(`${name} has not ended cleanly: ${String(error)}`, 1);
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
 * Runs an embedded service as a program of its own, until it is told to stop by a signal. It prints one line when it is ready.
 * Exit code 2 is for bad arguments, 1 for what is in its way.
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
