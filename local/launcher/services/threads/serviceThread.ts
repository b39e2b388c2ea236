import { Worker } from 'node:worker_threads';
import type { CosmosWorkerData } from './cosmosWorker.ts';
import type { RunningService } from '../../../service/runningService.ts';
import type { ServiceBusWorkerData } from './serviceBusWorker.ts';
import type { ServiceMessage } from '../../../service/serviceWorker.ts';
import { portTaken, StartProblem } from '../../../service/startProblem.ts';
import type { StorageWorkerData } from '../storageAccount.ts';

/** A service in a thread of its own, where the app cannot block it, and which ends with the process. */
export type ServiceThread = RunningService & {
  /** Rejects if the thread ends before `close`. */
  readonly crashed: Promise<never>;
};

type ServiceStart = { name: string; script: string; portFlag: string; data: { port: number } };

const closeMs = 10_000;

const problem = ({ name, portFlag, data }: ServiceStart, message: string, code?: string): StartProblem =>
  code === 'EADDRINUSE' ? portTaken(data.port, name, portFlag) : new StartProblem(`${name} cannot start: ${message}`);

const startThread = (start: ServiceStart): Promise<ServiceThread> => {
  const worker = new Worker(new URL(start.script, import.meta.url), { workerData: start.data });
  let closing = false;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const crashed = new Promise<never>((_, reject) => {
    worker.once('error', (error: unknown) => {
      reject(
        new StartProblem(
          `${start.name} crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ),
      );
    });
    worker.once('exit', () => {
      if (!closing) reject(new StartProblem(`${start.name} ended unexpectedly.`));
    });
  });
  const close = async (): Promise<void> => {
    closing = true;
    worker.postMessage('close');
    const late = setTimeout(() => void worker.terminate(), closeMs);
    await ended;
    clearTimeout(late);
  };
  const ready = new Promise<ServiceThread>((resolve, reject) => {
    worker.once('message', (message: ServiceMessage) => {
      if (message.type === 'ready') {
        resolve({ port: message.port, connectionString: message.connectionString, close, crashed });
      } else {
        closing = true;
        void worker.terminate();
        reject(problem(start, message.message, message.code));
      }
    });
  });
  return Promise.race([ready, crashed]);
};

export const startCosmosThread = (data: CosmosWorkerData): Promise<ServiceThread> =>
  startThread({ name: 'Cosmos DB', script: './cosmosWorker.ts', portFlag: '--cosmos-port', data });

export const startServiceBusThread = (data: ServiceBusWorkerData): Promise<ServiceThread> =>
  startThread({ name: 'Service Bus', script: './serviceBusWorker.ts', portFlag: '--servicebus-port', data });

export const startStorageThread = (data: StorageWorkerData): Promise<ServiceThread> =>
  startThread({ name: 'Storage', script: './storageWorker.ts', portFlag: '--storage-port', data });
