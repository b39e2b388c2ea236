import { workerData } from 'node:worker_threads';
import { startCosmos } from '../../../cosmos/server.ts';
import { serveInWorker } from '../../../service/serviceWorker.ts';

export type CosmosWorkerData = Parameters<typeof startCosmos>[0];

await serveInWorker(() => startCosmos(workerData as CosmosWorkerData));
