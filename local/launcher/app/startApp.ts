import { startHost, type RunningHost } from '../../functionsHost/host.ts';
import { createCors } from '../../functionsHost/http/cors.ts';
import { loadKeys } from '../../functionsHost/http/keys.ts';
import { loadSettings } from '../../functionsHost/settings.ts';
import { portTaken } from '../../service/startProblem.ts';
import { codeOf } from '../../service/thrown.ts';
import type { AppEvents, AppOptions } from './appOptions.ts';

const defaultPort = 7071;

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
    throw codeOf(error) === 'EADDRINUSE' ? portTaken(port, 'the app', '--port') : error;
  }
};
