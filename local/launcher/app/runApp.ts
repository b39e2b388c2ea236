import type { RunningHost } from '../../functionsHost/host.ts';
import type { AppEvents, AppOptions } from './appOptions.ts';

/** Runs the app in this process; with `watch`, in another one that is replaced whenever a source changes. */
export const runApp = async (
  { watch, ...options }: AppOptions & { readonly watch: boolean },
  events: AppEvents,
): Promise<RunningHost> => {
  if (watch) return (await import('./watchedApp.ts')).startWatchedApp(options, events);
  return (await import('./startApp.ts')).startApp(options, events);
};
