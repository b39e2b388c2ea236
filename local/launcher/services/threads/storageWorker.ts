import { createRequire, registerHooks } from 'node:module';
import { workerData } from 'node:worker_threads';
import type { RunningService } from '../../../service/runningService.ts';
import { serveInWorker } from '../../../service/serviceWorker.ts';
import { connectionString, storageServices, type StorageWorkerData } from '../storageAccount.ts';

/** Azurite loads what sends its telemetry even if that is switched off, and it is most of what there is to load. */
const withoutTelemetry = (): void => {
  registerHooks({
    load: (url, context, next) =>
      url.includes('/node_modules/applicationinsights/')
        ? { format: 'commonjs', source: '', shortCircuit: true }
        : next(url, context),
  });
};

/**
 * Runs Azurite in this thread. It is a program and no library: it is told by its arguments, tells its ports by its output, ends by
 * `process.exit`, which ends this thread alone, and closes on a signal, which in a thread is only an event.
 */
const startStorage = ({ port, dataDir }: StorageWorkerData): Promise<RunningService> =>
  new Promise((resolve, reject) => {
    const ports: number[] = [];
    let closed = 0;
    let onClosed = (): void => undefined;
    const hear = (...words: unknown[]): void => {
      const text = words.join(' ');
      const found = /successfully listening at http:\/\/[^:]+:(\d+)/.exec(text)?.[1];
      if (found !== undefined) ports.push(Number(found));
      if (text.includes('successfully closed') && (closed += 1) === storageServices.length) onClosed();
      if (found === undefined || ports.length < storageServices.length) return;
      resolve({
        port: ports[0] ?? 0,
        connectionString: connectionString(ports),
        close: () =>
          new Promise((done) => {
            onClosed = done;
            process.emit('SIGTERM');
          }),
      });
    };
    const fail = (...words: unknown[]): void => {
      const text = words.join(' ');
      const taken = text.includes('EADDRINUSE') && { code: 'EADDRINUSE' };
      reject(Object.assign(new Error(text), taken));
    };
    Object.assign(console, { log: hear, error: fail });
    // Before it ends the thread, it must have been heard.
    process.exit = (() => undefined) as never;
    const flag = (name: string, offset: number): string[] => [name, String(port === 0 ? 0 : port + offset)];
    process.argv.splice(
      2,
      Infinity,
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--location', dataDir],
      ...[...flag('--blobPort', 0), ...flag('--queuePort', 1), ...flag('--tablePort', 2)],
    );
    withoutTelemetry();
    createRequire(import.meta.url)('azurite/dist/src/azurite.js');
  });

await serveInWorker(() => startStorage(workerData as StorageWorkerData));
