import { HostError } from '../../functionsHost/hostError.ts';
import type { DevelopmentStorage } from '../../functionsHost/developmentStorage.ts';
import { describeError } from '../../functionsHost/log.ts';
import { StartProblem } from '../../service/startProblem.ts';
import type { FromApp, ToApp } from './appMessages.ts';
import type { AppOptions } from './appOptions.ts';
import { startApp } from './startApp.ts';

// Runs one app for the process that started this one: its options come as JSON in the first argument, the rest by messages.
const options = JSON.parse(process.argv[2] ?? '{}') as AppOptions;
const tell = (message: FromApp): void => {
  if (process.connected) process.send?.(message);
};

const developmentStorage = (): Promise<DevelopmentStorage> =>
  new Promise((resolve, reject) => {
    const hear = (message: ToApp): void => {
      if (message.type !== 'storage') return;
      process.off('message', hear);
      const { connectionString } = message;
      if (connectionString !== undefined) resolve({ connectionString, used: Promise.resolve() });
      else reject(new StartProblem(message.why ?? 'there is no storage'));
    };
    process.on('message', hear);
    tell({ type: 'storage' });
  });

// A terminal sends Ctrl-C to all of its processes. The process that started this one decides what happens then.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit(1));
try {
  const host = await startApp(options, {
    log: (entry) => tell({ type: 'log', entry }),
    onLoad: (file) => tell({ type: 'loaded', file }),
    developmentStorage,
  });
  process.on('SIGTERM', () => void host.close().then(() => process.exit(0)));
  process.on('message', (message: ToApp) => {
    // The app may listen to the signal, too.
    if (message.type === 'close') process.emit('SIGTERM');
  });
  tell({ type: 'ready', port: host.port, functions: host.functions });
} catch (error) {
  const expected = error instanceof HostError || error instanceof StartProblem;
  tell({ type: 'failed', message: expected ? error.message : describeError(error) });
  process.disconnect();
}
