import { format } from 'node:util';
import type { LogLevel, LogSink } from '../../functionsHost/log.ts';

const levels = {
  debug: 'debug',
  log: 'information',
  info: 'information',
  warn: 'warning',
  error: 'error',
} as const satisfies Partial<Record<keyof Console, LogLevel>>;

/** Makes entries of the log of what the app writes to the console of this process. */
export const logConsole = (log: LogSink): void => {
  for (const [method, level] of Object.entries(levels)) {
    Object.assign(console, {
      [method]: (...given: unknown[]) => log({ time: Date.now(), level, message: format(...given) }),
    });
  }
};
