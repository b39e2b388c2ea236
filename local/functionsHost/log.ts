import type { styleText } from 'node:util';

export const logLevels = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One entry of the host's log: `time` in ms since the epoch, and the invocation that it belongs to, if any. */
export type LogEntry = {
  readonly time: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly functionName?: string;
  readonly invocationId?: string;
  /** True for what only says that all is as usual, such as the end of a timer's run that succeeded. */
  readonly routine?: true;
};

/** Where log entries go. It must not throw. */
export type LogSink = (entry: LogEntry) => void;

export type Logger = (
  level: LogLevel,
  message: string,
  about?: Pick<LogEntry, 'functionName' | 'invocationId' | 'routine'>,
) => void;

/** Stamps entries with the time, and drops those below `minimum`. */
export const createLogger =
  (sink: LogSink, now: () => number, minimum: LogLevel): Logger =>
  (level, message, about = {}) => {
    if (logLevels.indexOf(level) >= logLevels.indexOf(minimum)) sink({ time: now(), level, message, ...about });
  };

/** Finds the level of this name in any case. Unknown names count as information. */
export const toLogLevel = (name: string): LogLevel =>
  logLevels.find((level) => level === name.toLowerCase()) ?? 'information';

/** Describes a thrown value by its stack, which names the line of the app. */
export const describeError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const clock = (time: number): string => {
  const at = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
};

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

const shownLevels: Readonly<Record<LogLevel, readonly [text: string, format: Parameters<Paint>[0]]>> = {
  trace: ['trace', 'gray'],
  debug: ['debug', 'gray'],
  information: ['info ', 'green'],
  warning: ['warn ', 'yellow'],
  error: ['error', 'red'],
  critical: ['fatal', 'red'],
  none: ['     ', 'reset'],
};

/** Formats an entry for people, in one line unless it has a stack, local time first: `12:00:01.123 info  depositMoney 201 4 ms (3f1c2a10)`. */
export const formatLogEntry = (
  { time, level, message, functionName, invocationId }: LogEntry,
  paint: Paint = (_format, text) => text,
): string => {
  const [text, format] = shownLevels[level];
  const parts = [paint('gray', clock(time)), paint(format, text)];
  if (functionName !== undefined) parts.push(paint('bold', functionName));
  parts.push(message);
  // The first eight digits are enough to tell the invocations on one screen apart.
  if (invocationId !== undefined) parts.push(paint('gray', `(${invocationId.slice(0, 8)})`));
  return parts.join(' ');
};
