import { afterAll } from 'vitest';
import { openDatabase } from '../../adapters/cosmos/database.ts';
import { startCosmos } from '../../local/cosmos/server.ts';
import { provisionCosmos } from '../../local/provision.ts';
import { readTopology } from '../../local/topology.ts';

/** A provisioned Cosmos DB of the calling test file's own; a connection string in COSMOS_CONTRACT_TARGET names another. */
export const cosmosForTests = async () => {
  const { cosmos } = await readTopology('infra/topology.json');
  const target = process.env.COSMOS_CONTRACT_TARGET;
  const service = target === undefined ? await startCosmos({ port: 0 }) : undefined;
  const connectionString = target ?? service?.connectionString ?? '';
  await provisionCosmos(connectionString, cosmos);
  const database = openDatabase(connectionString);
  afterAll(async () => {
    database.close();
    await service?.close();
  });
  return database;
};
