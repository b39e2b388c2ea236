import { workerData } from 'node:worker_threads';
import { startServiceBus } from '../../../serviceBus/server.ts';
import { serveInWorker } from '../../../service/serviceWorker.ts';

export type ServiceBusWorkerData = Parameters<typeof startServiceBus>[0];

await serveInWorker(() => startServiceBus(workerData as ServiceBusWorkerData));
