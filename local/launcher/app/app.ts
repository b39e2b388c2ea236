import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { HostOptions, RunningHost } from '../../functionsHost/host.ts';
import type { Settings } from '../../functionsHost/settings.ts';
import { StartProblem } from '../../service/startProblem.ts';

/** Which app to run, and how; all of it can be sent to another process. */
export type AppOptions = {
  /** Path of the app's entry. */
  readonly entry: string;
  /** The folder of its host.json. */
  readonly appRoot: string;
  /** 0 for a free one; if absent, what local.settings.json says, or 7071. */
  readonly port?: number | undefined;
  /** Path of a file of keys. */
  readonly keys?: string | undefined;
  /** A folder that hosts share which run the same app. */
  readonly data?: string | undefined;
  /** Settings that come before all others. */
  readonly settings?: Settings;
};

export type AppEvents = Pick<HostOptions, 'log' | 'developmentStorage' | 'onLoad'>;

const findAppRoot = (entry: string): string => {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'host.json'))) return folder;
    if (folder === dirname(folder))
      throw new StartProblem(`There is no host.json in the folder of ${entry}, nor above it.`);
  }
};

/** The app as it is found on disk. Throws a StartProblem if it is not there. */
export const findApp = (given: string): { entry: string; appRoot: string } => {
  const entry = resolve(given);
  if (!existsSync(entry)) throw new StartProblem(`There is no ${given}: --app names the entry of the app.`);
  return { entry, appRoot: findAppRoot(entry) };
};

/** Runs the app in this process, or in one that is started afresh when a source changes. */
export const runApp = async (
  { watch, ...options }: AppOptions & { readonly watch: boolean },
  events: AppEvents,
): Promise<RunningHost> => {
  if (watch) return (await import('./watchedApp.ts')).startWatchedApp(options, events);
  return (await import('./startApp.ts')).startApp(options, events);
};
