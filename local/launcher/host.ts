import './compileCache.ts';
import { resolve } from 'node:path';
import { loadSettings } from '../functionsHost/settings.ts';
import { findApp } from './app/findApp.ts';
import { runApp } from './app/runApp.ts';
import { hostUsage, parseHostArguments } from './arguments.ts';
import { runProgram } from './program.ts';
import { welcome } from './welcome.ts';

/** Runs only the app, against the services that its settings name. Its triggers keep trying to connect to services that are away. */
await runProgram({
  usage: hostUsage,
  parse: parseHostArguments,
  start: async (options, log, cleanup) => {
    const data = options.data === undefined ? undefined : resolve(options.data);
    const { entry, appRoot } = findApp(options.app);
    const { settings } = await loadSettings(appRoot, process.env);
    const host = await runApp({ ...options, entry, appRoot, data }, { log });
    cleanup(() => host.close());
    // Only services crash, and none runs here.
    const crashed = new Promise<never>(() => undefined);
    return { welcome: welcome(host, [], settings), ready: { port: host.port }, crashed };
  },
});
