import { styleText } from 'node:util';
import { HostError } from '../functionsHost/hostError.ts';
import { describeError, formatLogEntry, type LogSink, type Paint } from '../functionsHost/log.ts';
import { createOutput } from '../service/output.ts';
import { watchParent } from '../service/parentWatch.ts';
import { StartProblem } from '../service/startProblem.ts';
import { messageOf } from '../service/thrown.ts';

/** Registers how to stop something. The program stops everything on its way out, the newest first. */
export type Cleanup = (stop: () => Promise<void> | void) => void;

/** A program that has started everything. */
export type Running = {
  /** The text that tells people where everything is. */
  readonly welcome: string;
  /** The ports, for programs that ask for a line of JSON. */
  readonly ready: Readonly<Record<string, number>>;
  /** Rejects if a service crashes. */
  readonly crashed: Promise<never>;
};

type Program<Options> = {
  readonly usage: string;
  /** Throws an Error that says what is wrong with the arguments. */
  readonly parse: (given: readonly string[]) => Options | 'help';
  readonly start: (options: Options, log: LogSink, cleanup: Cleanup) => Promise<Running>;
};

type Common = { readonly readyJson: boolean; readonly verbose: boolean };

const output = createOutput(process.stdout);

/** Colours where a terminal shows them, and nobody has switched them off by NO_COLOR. */
const paint: Paint = (format, text) => styleText(format, text, { stream: process.stdout });

const complain = (error: unknown): void => {
  const expected = error instanceof StartProblem || error instanceof HostError;
  process.stderr.write(`${expected ? error.message : describeError(error)}\n`);
};

const run = async <Options extends Common>(options: Options, start: Program<Options>['start']): Promise<void> => {
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
      // A second signal means that the user does not want to wait.
      if (stopping.signal.aborted) process.exit(130);
      stopOnce('Stopping.');
    });
  }
  watchParent(() => stopOnce('Stopping, since the program that started this one is gone.'));
  process.stdout.on('error', () => stopOnce('Stopping, since nobody reads this any more.'));

  try {
    const log: LogSink = (entry) => {
      if (!entry.routine || options.verbose) output.line(formatLogEntry(entry, paint));
    };
    const { welcome, ready, crashed } = await start(options, log, (end) => stops.push(end));
    output.line(welcome);
    if (options.readyJson) output.line(JSON.stringify({ ready: true, ...ready }));
    await crashed;
  } catch (error) {
    if (stopping.signal.aborted) return;
    complain(error);
    await stop(1);
  }
};

/** Runs a program until a signal, the end of its parent or a crash stops it. Bad arguments end it with exit code 2. */
export const runProgram = async <Options extends Common>({ usage, parse, start }: Program<Options>): Promise<void> => {
  let options: Options | 'help';
  try {
    options = parse(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}\n`);
    process.exitCode = 2;
    return;
  }
  if (options === 'help') output.line(usage);
  else await run(options, start);
};
