import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppEvents, AppOptions } from './app.ts';
import type { FromApp, ToApp } from './appProcess.ts';
import type { RunningHost } from '../../functionsHost/host.ts';
import type { LogLevel } from '../../functionsHost/log.ts';
import { StartProblem } from '../../service/startProblem.ts';

const script = fileURLToPath(new URL('./appProcess.ts', import.meta.url));
/** Editors write a file in several steps, and people save several files. */
const settleMs = 100;

/** An app in a process of its own. */
type AppProcess = { readonly child: ChildProcess; readonly exited: Promise<unknown> };

const stopProcess = async ({ child, exited }: AppProcess): Promise<void> => {
  const close: ToApp = { type: 'close' };
  if (child.connected) child.send(close);
  await exited;
};

/** Files by folder, of which any change is told once things are quiet. */
const createWatch = (onChange: (files: readonly string[]) => void) => {
  const folders = new Map<string, { names: Set<string>; watcher: FSWatcher }>();
  const changed = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  return {
    add: (file: string): void => {
      const folder = dirname(file);
      const known = folders.get(folder);
      if (known) {
        known.names.add(basename(file));
        return;
      }
      const names = new Set([basename(file)]);
      // The folder and not the file, which an editor may replace by another one.
      const watcher = watch(folder, (_event, name) => {
        if (name === null || !names.has(name)) return;
        changed.add(join(folder, name));
        clearTimeout(quiet);
        quiet = setTimeout(() => {
          onChange([...changed]);
          changed.clear();
        }, settleMs);
      });
      folders.set(folder, { names, watcher });
    },
    close: (): void => {
      clearTimeout(quiet);
      for (const { watcher } of folders.values()) watcher.close();
    },
  };
};

/**
 * Runs the app in a process of its own, and afresh when one of the sources that it has loaded changes, or its host.json or
 * local.settings.json. What it has begun ends before. The first start must succeed; a later one that fails waits for the next change.
 */
export const startWatchedApp = async (options: AppOptions, events: AppEvents): Promise<RunningHost> => {
  const { appRoot } = options;
  const log = (level: LogLevel, message: string): void => events.log({ time: Date.now(), level, message });
  let port = options.port;
  let current: AppProcess | undefined;
  let closing = false;

  const answerStorage = async (child: ChildProcess): Promise<void> => {
    let answer: ToApp;
    try {
      answer = {
        type: 'storage',
        connectionString: (await events.developmentStorage?.())?.connectionString ?? 'UseDevelopmentStorage=true',
      };
    } catch (error) {
      answer = { type: 'storage', why: error instanceof Error ? error.message : String(error) };
    }
    if (child.connected) child.send(answer);
  };

  const startProcess = async (): Promise<Extract<FromApp, { type: 'ready' }>> => {
    const child = fork(script, [JSON.stringify({ ...options, port })]);
    const started: AppProcess = { child, exited: once(child, 'exit') };
    current = started;
    let ready = false;
    const answer = await new Promise<Extract<FromApp, { type: 'ready' }>>((resolve, reject) => {
      child.on('message', (message: FromApp) => {
        switch (message.type) {
          case 'log':
            events.log(message.entry);
            break;
          case 'loaded':
            files.add(message.file);
            break;
          case 'storage':
            void answerStorage(child);
            break;
          case 'ready':
            resolve(message);
            break;
          case 'failed':
            reject(new StartProblem(message.message));
        }
      });
      child.once('exit', (code) => {
        reject(new StartProblem(`The app ended with ${String(code)}.`));
        if (ready && current === started && !closing)
          log('error', `The app ended with ${String(code)}; waits for a change.`);
      });
    });
    ready = true;
    return answer;
  };

  let restarts = Promise.resolve();
  const restart = async (changed: readonly string[]): Promise<void> => {
    if (closing) return;
    log(
      'information',
      `Changed: ${changed.map((file) => relative(appRoot, file)).join(', ')}. Starting the app again.`,
    );
    const before = current;
    current = undefined;
    if (before) await stopProcess(before);
    const began = performance.now();
    try {
      await startProcess();
      log('information', `Ready again in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    } catch (error) {
      log(
        'error',
        `The app cannot start; waits for a change. ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };

  const files = createWatch((changed) => {
    restarts = restarts.then(() => restart(changed));
  });
  for (const name of ['host.json', 'local.settings.json']) files.add(join(appRoot, name));

  const close = async (): Promise<void> => {
    closing = true;
    files.close();
    await restarts;
    if (current) await stopProcess(current);
  };
  try {
    const first = await startProcess();
    port = first.port;
    return { port: first.port, functions: first.functions, close };
  } catch (error) {
    await close();
    throw error;
  }
};
