import type { RunningHost } from '../../functionsHost/host.ts';
import { HostError } from '../../functionsHost/hostError.ts';
import { describeError } from '../../functionsHost/log.ts';
import { StartProblem } from '../../service/startProblem.ts';
import type { ForApp, FromApp, OfApp, ToApp } from './appMessages.ts';
import type { AppOptions } from './appOptions.ts';
import { createCalls } from './calls.ts';
import { startApp } from './startApp.ts';

// Runs one app for the process that started this one: its options come as JSON in the first argument, the rest by messages.
const { hasLocal = false, ...options } = JSON.parse(process.argv[2] ?? '{}') as AppOptions & { hasLocal?: boolean };
const tell = (message: FromApp): void => {
  if (process.connected) process.send?.(message);
};
const started = Promise.withResolvers<RunningHost>();
const call = createCalls<ForApp>(process, {
  rest: async () => (await started.promise).rest(),
  wake: async () => (await started.promise).wake(),
} satisfies OfApp);

// A terminal sends Ctrl-C to all of its processes. The process that started this one decides what happens then.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(1));
try {
  const host = await startApp(options, {
    log: (entry) => tell({ type: 'log', entry }),
    onLoad: (file) => tell({ type: 'loaded', file }),
    developmentStorage: async () => ({ connectionString: await call('storage'), used: Promise.resolve() }),
    ...(hasLocal && { local: (request) => call('local', request) }),
  });
  process.on('SIGTERM', () => void host.close().then(() => process.exit(0)));
  process.on('message', (message: ToApp) => {
    // The app may listen to the signal, too.
    if (message.type === 'close') process.emit('SIGTERM');
  });
  started.resolve(host);
  tell({ type: 'ready', port: host.port, functions: host.functions });
} catch (error) {
  const expected = error instanceof HostError || error instanceof StartProblem;
  tell({ type: 'failed', message: expected ? error.message : describeError(error) });
  process.disconnect();
}
