import { afterAll } from 'vitest';
import { openDatabase } from '../../adapters/cosmos/client/database.ts';
import { startCosmos } from '../../local/cosmos/server.ts';
import { provisionCosmos } from '../../local/launcher/services/provision.ts';
import { readTopology } from '../../local/launcher/services/topology.ts';

/** Proxies of tests pass on the host of their own port. */
const allowedHosts = ['127.0.0.1'];

/**
 * The connection string of a provisioned Cosmos DB of the calling test file's own, unless COSMOS_CONTRACT_TARGET holds
 * that of another.
 */
export const provisionedCosmos = async (partitions = 1): Promise<string> => {
  const { cosmos } = await readTopology('infra/topology.json');
  const target = process.env.COSMOS_CONTRACT_TARGET;
  const service = target === undefined ? await startCosmos({ port: 0, partitions, allowedHosts }) : undefined;
  const connectionString = target ?? service?.connectionString ?? '';
  afterAll(() => service?.close());
  await provisionCosmos(connectionString, cosmos);
  return connectionString;
};

/** The same, opened. */
export const cosmosForTests = async () => {
  const database = openDatabase({ connectionString: await provisionedCosmos() });
  afterAll(() => database.close());
  return database;
};
