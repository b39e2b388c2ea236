import { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import { workerData } from 'node:worker_threads';
import { refuseForeign } from '../../../service/foreignRequests.ts';
import type { RunningService } from '../../../service/runningService.ts';
import { serveInWorker } from '../../../service/serviceWorker.ts';
import { connectionString, storageServices, type StorageWorkerData } from '../storageAccount.ts';

/** Azurite loads its telemetry library, by far its largest part, even if telemetry is switched off. */
const withoutTelemetry = (): void => {
  registerHooks({
    load: (url, context, next) =>
      url.includes('/node_modules/applicationinsights/')
        ? { format: 'commonjs', source: '', shortCircuit: true }
        : next(url, context),
  });
};

/**
 * Azurite answers anybody who knows its key, which everybody knows. It has no setting for hosts, but its servers are in this thread
 * alone.
 */
const withoutForeignRequests = ({
  allowedHosts = [],
  clientPorts,
}: Pick<StorageWorkerData, 'allowedHosts' | 'clientPorts'>): void => {
  const rules = { allowedHosts, ...(clientPorts && { ports: clientPorts }) };
  const prototype = Server.prototype as { emit: (this: Server, event: string, ...given: unknown[]) => boolean };
  const { emit } = prototype;
  prototype.emit = function (this: Server, event: string, ...given: unknown[]): boolean {
    const [request, response] = given as [IncomingMessage, ServerResponse];
    return (event === 'request' && refuseForeign(request, response, rules)) || emit.call(this, event, ...given);
  };
};

/**
 * Runs Azurite in this thread. Azurite is a program and not a library: it reads its arguments, prints its ports, and ends by
 * `process.exit`, which ends only this thread. It closes on a signal, which in a thread is an ordinary event.
 */
const startStorage = ({ port, dataDir, ...rules }: StorageWorkerData): Promise<RunningService> =>
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
    // Azurite must not end the thread before its error is reported.
    process.exit = (() => undefined) as never;
    const flag = (name: string, offset: number): string[] => [name, String(port === 0 ? 0 : port + offset)];
    process.argv.splice(
      2,
      Infinity,
      ...['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--location', dataDir],
      ...[...flag('--blobPort', 0), ...flag('--queuePort', 1), ...flag('--tablePort', 2)],
    );
    withoutTelemetry();
    withoutForeignRequests(rules);
    createRequire(import.meta.url)('azurite/dist/src/azurite.js');
  });

await serveInWorker(() => startStorage(workerData as StorageWorkerData));
