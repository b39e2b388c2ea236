import { startHost, type RunningHost } from '../../functionsHost/host.ts';
import { createCors } from '../../functionsHost/http/cors.ts';
import { loadKeys } from '../../functionsHost/http/keys.ts';
import { loadSettings, type Settings } from '../../functionsHost/settings.ts';
import { portTaken } from '../../service/startProblem.ts';
import { codeOf } from '../../service/thrown.ts';
import { logConsole } from './appConsole.ts';
import type { AppEvents, AppOptions } from './appOptions.ts';

const defaultPort = 7071;

/** Where an issuer's tokens open the app, nobody may go around them by way of the host. */
const wantsTokens = ({ AUTH_ISSUER: issuer = '', AUTH_AUDIENCE: audience = '' }: Settings): boolean =>
  issuer !== '' || audience !== '';

/** Runs the app in this process, which can hold one in its life: settings from the environment first, then local.settings.json. */
export const startApp = async (options: AppOptions, events: AppEvents): Promise<RunningHost> => {
  const { entry, appRoot, keys, data, allowedHosts = [] } = options;
  logConsole(events.log);
  const { settings: own, host } = await loadSettings(appRoot, process.env);
  const settings = { ...own, ...options.settings };
  const port = options.port ?? host.LocalHttpPort ?? defaultPort;
  try {
    return await startHost({
      appRoot,
      entry,
      settings,
      port,
      keys: keys === undefined ? undefined : await loadKeys(keys),
      opensAdmin: !wantsTokens(settings),
      allowedHosts,
      cors: createCors(host),
      data,
      ...events,
    });
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE' ? portTaken(port, 'the app', '--port') : error;
  }
};
