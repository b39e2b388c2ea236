import { join, relative } from 'node:path';
import type { RunningHost } from '../../functionsHost/host.ts';
import type { LogLevel } from '../../functionsHost/log.ts';
import { messageOf } from '../../service/thrown.ts';
import type { AppEvents, AppOptions } from './appOptions.ts';
import { createSourceWatch } from './sourceWatch.ts';
import { startAppProcess, type AppProcess } from './startAppProcess.ts';

/**
 * Runs the app in a process of its own, and replaces that process when a source that it has loaded changes, or its host.json
 * or local.settings.json. Invocations that are running end first. The first start must succeed; if a later one fails, the
 * watch goes on and the next change starts the app again.
 */
export const startWatchedApp = async (options: AppOptions, events: AppEvents): Promise<RunningHost> => {
  const { appRoot } = options;
  const log = (level: LogLevel, message: string): void => events.log({ time: Date.now(), level, message });
  let port = options.port;
  let current: AppProcess | undefined;
  let closing = false;
  let restarts = Promise.resolve();
  let wakes: (() => void) | undefined;

  const startProcess = async (): Promise<Pick<RunningHost, 'port' | 'functions'>> => {
    const started = startAppProcess({ ...options, port }, { ...events, onLoad: files.add });
    current = started;
    const ready = await started.ready;
    void started.exited.then((code) => {
      if (current === started && !closing) log('error', `The app ended with ${String(code)}; waits for a change.`);
    });
    return ready;
  };

  const restart = async (changed: readonly string[]): Promise<void> => {
    if (closing) return;
    const names = changed.map((file) => relative(appRoot, file)).join(', ');
    log('information', `Changed: ${names}. Starting the app again.`);
    const before = current;
    current = undefined;
    await before?.stop();
    const began = performance.now();
    try {
      await startProcess();
      log('information', `Ready again in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    } catch (error) {
      log('error', `The app cannot start; waits for a change. ${messageOf(error)}`);
    }
  };

  const files = createSourceWatch((changed) => {
    restarts = restarts.then(() => restart(changed));
  });
  for (const name of ['host.json', 'local.settings.json']) files.add(join(appRoot, name));

  /** While it rests, no change starts it again. */
  const rest = (): Promise<void> => {
    const awake = Promise.withResolvers<undefined>();
    wakes = () => awake.resolve(undefined);
    const rested = restarts.then(() => current?.rest());
    restarts = rested.then(
      () => awake.promise,
      () => undefined,
    );
    return rested;
  };
  const wake = async (): Promise<void> => {
    try {
      await current?.wake();
    } finally {
      wakes?.();
    }
  };

  const close = async (): Promise<void> => {
    closing = true;
    wakes?.();
    files.close();
    await restarts;
    await current?.stop();
  };
  try {
    const first = await startProcess();
    port = first.port;
    return { port: first.port, functions: first.functions, rest, wake, close };
  } catch (error) {
    await close();
    throw error;
  }
};
