import type { AllowedHosts } from '../../service/foreignRequests.ts';

export type StorageWorkerData = {
  /** The port of blobs; queues and tables use the next two. 0 picks free ports. */
  readonly port: number;
  readonly dataDir: string;
  readonly allowedHosts?: AllowedHosts;
  /** The ports that clients use, where something forwards to storage. */
  readonly clientPorts?: readonly number[];
};

/** Azurite's well-known account. */
const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export const storageServices = ['Blob', 'Queue', 'Table'] as const;

/** The ports in a connection string that `connectionString` made. */
export const portsOf = (text: string): number[] => [...text.matchAll(/:(\d+)\//g)].map(([, port]) => Number(port));

/** The connection string for blobs, queues and tables at these ports. */
export const connectionString = (ports: readonly number[]): string => {
  const endpoints = storageServices.map(
    (service, index) => `${service}Endpoint=http://127.0.0.1:${ports[index] ?? 0}/${account};`,
  );
  return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints.join('')}`;
};
