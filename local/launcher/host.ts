import './compileCache.ts';
import { resolve } from 'node:path';
import { findApp } from './app/findApp.ts';
import { runApp } from './app/runApp.ts';
import { hostUsage, parseHostArguments } from './arguments.ts';
import { runProgram } from './program.ts';
import { welcome } from './welcome.ts';

/** Only the app, against whatever its settings name. What is away is asked again until it is there. */
await runProgram({
  usage: hostUsage,
  parse: parseHostArguments,
  start: async (options, log, cleanup) => {
    const data = options.data === undefined ? undefined : resolve(options.data);
    const host = await runApp({ ...options, ...findApp(options.app), data }, { log });
    cleanup(() => host.close());
    // Nothing else runs here that could.
    const crashed = new Promise<never>(() => undefined);
    return { welcome: welcome(host), ready: { port: host.port }, crashed };
  },
});
