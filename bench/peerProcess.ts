import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { post, type BankProcess } from './bankProcess.ts';
import { findPostgres, startPostgres } from './postgres.ts';
import { processorSeconds } from './processorTime.ts';

export type PeerProcess = Pick<BankProcess, 'url' | 'processorSeconds' | 'stop'>;

/** Says how to install the parts of the peer that are missing; undefined where there is nothing to install. */
export const missingForPeer = async (): Promise<string | undefined> => {
  const missing = [
    ...((await findPostgres()) === undefined ? ['PostgreSQL (apt-get install -y postgresql)'] : []),
    ...(existsSync('bench/peer/node_modules') ? [] : ["the service's packages (npm ci --prefix bench/peer)"]),
  ];
  return missing.length > 0 ? `The peer needs ${missing.join(' and ')}.` : undefined;
};

/** The service in bench/peer/ and a PostgreSQL server with these settings, each in processes of its own. */
export const startPeer = async (settings: Readonly<Record<string, string>>): Promise<PeerProcess> => {
  const postgres = await startPostgres((await findPostgres()) ?? '', settings);
  const service = fork('bench/peer/service.ts', [postgres.connectionString]);
  const stop = async () => {
    service.kill();
    if (service.exitCode === null && service.signalCode === null) await once(service, 'exit');
    await postgres.stop();
  };
  try {
    const { port } = await new Promise<{ port: number }>((resolve, reject) => {
      service.once('message', (message) => resolve(message as { port: number }));
      service.once('exit', () => reject(new Error('The peer ended')));
    });
    return {
      url: `http://127.0.0.1:${port}/api`,
      processorSeconds: () => processorSeconds([service.pid ?? 0, postgres.pid]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

export const newPeerAccounts = async (peer: PeerProcess, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push((await post(`${peer.url}/accounts`, { customerId: crypto.randomUUID(), currency: 'EUR' })).id);
  }
  return ids;
};
