import { afterAll } from 'vitest';
import { openDatabase } from '../../adapters/cosmos/client/database.ts';
import { startCosmos } from '../../local/cosmos/server.ts';
import { faultsAt } from '../../local/faults/client.ts';
import { provisionCosmos } from '../../local/launcher/services/provision.ts';
import { readTopology } from '../../local/launcher/services/topology.ts';

const { cosmos } = await readTopology('infra/topology.json');

/** Proxies of tests pass on the host of their own port. */
const allowedHosts = ['127.0.0.1'];

/**
 * The connection string of a provisioned Cosmos DB of the calling test file's own, unless COSMOS_CONTRACT_TARGET holds
 * that of another.
 */
export const provisionedCosmos = async (partitions = 1): Promise<string> => {
  const target = process.env.COSMOS_CONTRACT_TARGET;
  if (target === undefined) return (await startOwn(partitions)).connectionString;
  await provision(target);
  return target;
};

const startOwn = async (partitions: number) => {
  const service = await startCosmos({ port: 0, partitions, allowedHosts });
  afterAll(() => service.close());
  await provision(service.connectionString);
  return service;
};

const provision = async (connectionString: string): Promise<void> => {
  await provisionCosmos(connectionString, cosmos);
};

/** The same, opened. */
export const cosmosForTests = async () => {
  const database = openDatabase({ connectionString: await provisionedCosmos() }, cosmos);
  afterAll(() => database.close());
  return database;
};

/** One of the file's own in any case, opened, how others open it, and what makes it fail. */
export const cosmosWithFaults = async (partitions = 1) => {
  const service = await startOwn(partitions);
  const database = openDatabase(service, cosmos);
  afterAll(() => database.close());
  return { database, connection: { connectionString: service.connectionString }, faults: faultsAt(service.port) };
};
