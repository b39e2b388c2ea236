import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RunningFunction } from '../../functionsHost/host.ts';
import { StartProblem } from '../../service/startProblem.ts';
import { messageOf } from '../../service/thrown.ts';
import type { FromApp, ToApp } from './appMessages.ts';
import type { AppEvents, AppOptions } from './appOptions.ts';

const script = fileURLToPath(new URL('./appProcess.ts', import.meta.url));

/** An app that runs in a process of its own. */
export type AppProcess = {
  /** Rejects with a StartProblem if the app cannot start. */
  readonly ready: Promise<{ readonly port: number; readonly functions: readonly RunningFunction[] }>;
  /** Resolves with its exit code once the process has ended, for whatever reason. */
  readonly exited: Promise<number | null>;
  /** Asks the app to end what it has begun, and resolves once its process has ended. */
  readonly stop: () => Promise<void>;
};

const answerStorage = async (child: ChildProcess, provide: AppEvents['developmentStorage']): Promise<void> => {
  let answer: ToApp;
  try {
    const storage = await provide?.();
    answer = { type: 'storage', connectionString: storage?.connectionString ?? 'UseDevelopmentStorage=true' };
  } catch (error) {
    answer = { type: 'storage', why: messageOf(error) };
  }
  if (child.connected) child.send(answer);
};

export const startAppProcess = (options: AppOptions, events: AppEvents): AppProcess => {
  const child = fork(script, [JSON.stringify(options)]);
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
        case 'storage':
          void answerStorage(child, events.developmentStorage);
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
    stop: async () => {
      const close: ToApp = { type: 'close' };
      if (child.connected) child.send(close);
      await exited;
    },
  };
};
