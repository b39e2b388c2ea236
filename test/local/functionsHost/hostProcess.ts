import { startHost, type HostOptions } from '../../../local/functionsHost/host.ts';

/** Runs one host in a process of its own: options come as JSON in the first argument, events go out by IPC. */
const options = JSON.parse(process.argv[2] ?? '{}') as Omit<HostOptions, 'log'>;
const send = (message: object): void => {
  process.send?.(message);
};

process.on('disconnect', () => process.exit(1));
try {
  const host = await startHost({ ...options, log: (entry) => send({ type: 'log', entry }) });
  send({ type: 'ready', port: host.port, functions: host.functions });
  process.on('message', () => {
    void host.close().then(() => {
      send({ type: 'closed' });
      process.disconnect();
    });
  });
} catch (error) {
  send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.disconnect();
}
