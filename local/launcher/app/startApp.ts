import type { AppEvents, AppOptions } from './app.ts';
import { startHost, type RunningHost } from '../../functionsHost/host.ts';
import { createCors } from '../../functionsHost/http/cors.ts';
import { loadKeys } from '../../functionsHost/http/keys.ts';
import { loadSettings } from '../../functionsHost/settings.ts';
import { portTaken } from '../../service/startProblem.ts';

const defaultPort = 7071;

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Runs the app in this process, which can hold one in its life: settings from the environment first, then local.settings.json. */
export const startApp = async (options: AppOptions, events: AppEvents): Promise<RunningHost> => {
  const { entry, appRoot, keys, data } = options;
  const { settings, host } = await loadSettings(appRoot, process.env);
  const port = options.port ?? host.LocalHttpPort ?? defaultPort;
  try {
    return await startHost({
      appRoot,
      entry,
      settings: { ...settings, ...options.settings },
      port,
      keys: keys === undefined ? undefined : await loadKeys(keys),
      cors: createCors(host),
      data,
      ...events,
    });
  } catch (error) {
    throw isPortTaken(error) ? portTaken(port, 'the app', '--port') : error;
  }
};
