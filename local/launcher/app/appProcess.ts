import type { AppOptions } from './app.ts';
import { HostError } from '../../functionsHost/hostError.ts';
import type { DevelopmentStorage, RunningFunction } from '../../functionsHost/host.ts';
import { describeError, type LogEntry } from '../../functionsHost/log.ts';
import { startApp } from './startApp.ts';
import { StartProblem } from '../../service/startProblem.ts';

/** What the process of an app tells the one that started it; the app itself may send other messages. */
export type FromApp =
  | { readonly type: 'loaded'; readonly file: string }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'storage' }
  | { readonly type: 'ready'; readonly port: number; readonly functions: readonly RunningFunction[] }
  | { readonly type: 'failed'; readonly message: string };

export type ToApp =
  { readonly type: 'close' } | { readonly type: 'storage'; readonly connectionString?: string; readonly why?: string };

// Runs one app for the process that started it: options come as JSON in the first argument, the rest by messages.
const options = JSON.parse(process.argv[2] ?? '{}') as AppOptions;
const tell = (message: FromApp): void => {
  if (process.connected) process.send?.(message);
};

const developmentStorage = (): Promise<DevelopmentStorage> =>
  new Promise((resolve, reject) => {
    const hear = (message: ToApp): void => {
      if (message.type !== 'storage') return;
      process.off('message', hear);
      const { connectionString } = message;
      if (connectionString !== undefined) resolve({ connectionString, used: Promise.resolve() });
      else reject(new StartProblem(message.why ?? 'there is no storage'));
    };
    process.on('message', hear);
    tell({ type: 'storage' });
  });

// Ctrl-C reaches all processes of a terminal: it is the other one that decides what happens then.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(1));
try {
  const host = await startApp(options, {
    log: (entry) => tell({ type: 'log', entry }),
    onLoad: (file) => tell({ type: 'loaded', file }),
    developmentStorage,
  });
  process.on('message', (message: ToApp) => {
    if (message.type === 'close') void host.close().then(() => process.exit(0));
  });
  tell({ type: 'ready', port: host.port, functions: host.functions });
} catch (error) {
  const expected = error instanceof HostError || error instanceof StartProblem;
  tell({ type: 'failed', message: expected ? error.message : describeError(error) });
  process.disconnect();
}
