import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { findApp } from './app/findApp.ts';
import { parseStartArguments, startUsage } from './arguments.ts';
import { announce } from './services/runningFile.ts';
import { startEmbedded } from './services/embedded.ts';
import { startInbox } from './services/inbox.ts';
import { runProgram } from './program.ts';
import { loadSettings } from '../functionsHost/settings.ts';
import { StartProblem } from '../service/startProblem.ts';
import { readTopology, topologyFor } from './services/topology.ts';
import { welcome } from './welcome.ts';

const defaultPort = 7071;

const checkFunc = (): void => {
  if (spawnSync('func', ['--version']).status === 0) return;
  throw new StartProblem(
    'Azure Functions Core Tools are not installed: there is no func on the PATH.\n' +
      'Get them by "npm install --global azure-functions-core-tools@4", or see https://aka.ms/func-core-tools. ' +
      '"npm start" needs none of it.',
  );
};

/**
 * Runs the app on Azure Functions Core Tools, against the embedded services. Core Tools run the entry that package.json names, so this
 * builds it first.
 */
await runProgram({
  usage: startUsage,
  parse: parseStartArguments,
  start: async (options, _log, cleanup) => {
    checkFunc();
    const { appRoot } = findApp(options.app);
    const { settings: own } = await loadSettings(appRoot, process.env);
    const topology = topologyFor(await readTopology(options.topology), own);
    const inbox = await startInbox(own, options, cleanup);
    // Core Tools keep the state of timers in storage.
    const services = await startEmbedded({ ...options, storage: true }, topology, cleanup);
    const built = spawnSync('npm', ['run', 'build'], { cwd: appRoot, stdio: ['ignore', 'ignore', 'inherit'] });
    if (built.status !== 0) throw new StartProblem('The app cannot be built.');

    const port = options.port ?? defaultPort;
    // Core Tools, too, prefer the environment to local.settings.json.
    const env = { ...process.env, ...services.settings, ...inbox.settings };
    const func = spawn('func', ['start', '--port', String(port)], { cwd: appRoot, env, stdio: 'inherit' });
    const exited = once(func, 'exit');
    cleanup(async () => {
      func.kill('SIGINT');
      await exited;
    });
    await announce(options.data, port, cleanup);
    const ended = exited.then(([code]): never => {
      throw new StartProblem(`func ended with ${String(code)}.`);
    });
    return {
      welcome: welcome({ port, functions: [] }, [...services.addresses, ...inbox.addresses], own),
      ready: { port, ...services.ports, ...inbox.ports },
      crashed: Promise.race([services.crashed, ended]),
    };
  },
});
