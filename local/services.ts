import { Worker } from 'node:worker_threads';
import type { CosmosWorkerData } from './cosmosWorker.ts';
import type { RunningService } from './runningService.ts';
import type { ServiceBusWorkerData } from './serviceBusWorker.ts';
import type { ServiceMessage } from './serviceWorker.ts';
import { StartProblem } from './startProblem.ts';

type ServiceThread = RunningService & {
  /** Rejects if the thread ends without having been told to. */
  readonly crashed: Promise<never>;
};

/** Services in threads of their own: the app cannot block them, and nothing outlives the process. */
export type Services = {
  readonly cosmos: RunningService;
  readonly serviceBus: RunningService;
  /** Rejects if a service ends without having been told to. */
  readonly crashed: Promise<never>;
  readonly close: () => Promise<void>;
};

type ServiceStart = { name: string; script: string; portFlag: string; data: { port: number } };

const closeMs = 10_000;

const problem = ({ name, portFlag, data }: ServiceStart, message: string, code?: string): StartProblem =>
  code === 'EADDRINUSE' ? portTaken(data.port, name, portFlag) : new StartProblem(`${name} cannot start: ${message}`);

export const portTaken = (port: number, name: string, flag: string): StartProblem =>
  new StartProblem(`Port ${port} for ${name} is taken: choose another one with ${flag}.`);

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

/** Starts both services side by side. If one of them cannot start, the other one is stopped again. */
export const startServices = async (
  cosmosData: CosmosWorkerData,
  serviceBusData: ServiceBusWorkerData,
): Promise<Services> => {
  const [cosmos, serviceBus] = await Promise.allSettled([
    startThread({ name: 'Cosmos DB', script: './cosmosWorker.ts', portFlag: '--cosmos-port', data: cosmosData }),
    startThread({
      name: 'Service Bus',
      script: './serviceBusWorker.ts',
      portFlag: '--servicebus-port',
      data: serviceBusData,
    }),
  ]);
  const started = [cosmos, serviceBus].flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(started.map((thread) => thread.close()));
  };
  if (cosmos.status === 'fulfilled' && serviceBus.status === 'fulfilled') {
    const crashed = Promise.race([cosmos.value.crashed, serviceBus.value.crashed]);
    return { cosmos: cosmos.value, serviceBus: serviceBus.value, crashed, close };
  }
  await close();
  throw cosmos.status === 'rejected' ? cosmos.reason : (serviceBus as PromiseRejectedResult).reason;
};
