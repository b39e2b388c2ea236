import { parseArguments, usage, type StartOptions } from './arguments.ts';
import { startEverything } from './everything.ts';
import { HostError } from './functionsHost/hostError.ts';
import { describeError, formatLogEntry } from './functionsHost/log.ts';
import { createOutput } from './output.ts';
import { watchParent } from './parentWatch.ts';
import { StartProblem } from './startProblem.ts';
import { welcome } from './welcome.ts';

const output = createOutput(process.stdout);

const complain = (error: unknown): void => {
  const expected = error instanceof StartProblem || error instanceof HostError;
  process.stderr.write(`${expected ? error.message : describeError(error)}\n`);
};

const readArguments = (): StartOptions | undefined => {
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options !== 'help') return options;
    output.line(usage);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    process.exitCode = 2;
  }
  return undefined;
};

const run = async (options: StartOptions): Promise<void> => {
  const stops: (() => Promise<void> | void)[] = [];
  const stopping = new AbortController();

  const stop = async (exitCode: number): Promise<never> => {
    stopping.abort();
    for (const end of stops.toReversed()) {
      try {
        await end();
      } catch (error) {
        complain(error);
        exitCode = 1;
      }
    }
    await output.flush();
    process.exit(exitCode);
  };
  const stopOnce = (why: string): void => {
    if (stopping.signal.aborted) return;
    output.line(why);
    void stop(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (stopping.signal.aborted) process.exit(130);
      stopOnce('Stopping.');
    });
  }
  watchParent(() => stopOnce('Stopping, since the program that started this one is gone.'));
  process.stdout.on('error', () => stopOnce('Stopping, since nobody reads this any more.'));

  try {
    const everything = await startEverything(
      options,
      (entry) => output.line(formatLogEntry(entry)),
      (end) => stops.push(end),
    );
    output.line(welcome({ ...everything, elapsedMs: performance.now() }));
    const { port, cosmosPort, serviceBusPort } = everything;
    if (options.readyJson) output.line(JSON.stringify({ ready: true, port, cosmosPort, serviceBusPort }));
    await everything.crashed;
  } catch (error) {
    if (stopping.signal.aborted) return;
    complain(error);
    await stop(1);
  }
};

const options = readArguments();
if (options) await run(options);
