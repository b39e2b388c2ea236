import { parentPort } from 'node:worker_threads';
import type { RunningService } from './runningService.ts';
import { codeOf, messageOf } from './thrown.ts';

/** A message from the thread of a service to the main thread. */
export type ServiceMessage =
  | { readonly type: 'ready'; readonly port: number; readonly connectionString: string }
  | { readonly type: 'failed'; readonly message: string; readonly code?: string };

const reasonOf = (error: unknown): Extract<ServiceMessage, { type: 'failed' }> => {
  const code = codeOf(error);
  return { type: 'failed', message: messageOf(error), ...(code !== undefined && { code }) };
};

/** Runs a service in this worker thread until the main thread sends a message. Then the service closes and the thread ends. */
export const serveInWorker = async (start: () => Promise<RunningService>): Promise<void> => {
  const port = parentPort;
  if (!port) throw new Error('This runs as a worker thread only.');
  const tell = (message: ServiceMessage): void => port.postMessage(message);
  try {
    const service = await start();
    port.once('message', () => {
      void service.close().finally(() => port.close());
    });
    tell({ type: 'ready', port: service.port, connectionString: service.connectionString });
  } catch (error) {
    tell(reasonOf(error));
  }
};
