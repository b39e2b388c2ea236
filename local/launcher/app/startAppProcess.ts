import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RunningFunction, RunningHost } from '../../functionsHost/host.ts';
import { StartProblem } from '../../service/startProblem.ts';
import type { ForApp, FromApp, OfApp, ToApp } from './appMessages.ts';
import type { AppEvents, AppOptions } from './appOptions.ts';
import { createCalls } from './calls.ts';

const script = fileURLToPath(new URL('./appProcess.ts', import.meta.url));

/** An app that runs in a process of its own. */
export type AppProcess = Pick<RunningHost, 'rest' | 'wake'> & {
  /** Rejects with a StartProblem if the app cannot start. */
  readonly ready: Promise<{ readonly port: number; readonly functions: readonly RunningFunction[] }>;
  /** Resolves with its exit code once the process has ended, for whatever reason. */
  readonly exited: Promise<number | null>;
  /** Asks the app to end what it has begun, and resolves once its process has ended. */
  readonly stop: () => Promise<void>;
};

export const startAppProcess = (options: AppOptions, events: AppEvents): AppProcess => {
  const { local, developmentStorage } = events;
  const child = fork(script, [JSON.stringify({ ...options, hasLocal: local !== undefined })]);
  const call = createCalls<OfApp>(child, {
    storage: async () => (await developmentStorage?.())?.connectionString ?? 'UseDevelopmentStorage=true',
    ...(local && { local }),
  } satisfies Partial<ForApp>);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const ready = new Promise<Extract<FromApp, { type: 'ready' }>>((resolve, reject) => {
    child.on('message', (message: FromApp) => {
      switch (message.type) {
        case 'log':
          events.log(message.entry);
          break;
        case 'loaded':
          events.onLoad?.(message.file);
          break;
        case 'ready':
          resolve(message);
          break;
        case 'failed':
          reject(new StartProblem(message.message));
      }
    });
    child.once('exit', (code) => reject(new StartProblem(`The app ended with ${String(code)}.`)));
  });
  return {
    ready,
    exited,
    rest: () => call('rest'),
    wake: () => call('wake'),
    stop: async () => {
      const close: ToApp = { type: 'close' };
      if (child.connected) child.send(close);
      await exited;
    },
  };
};
