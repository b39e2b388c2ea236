import { ServiceBusClient } from '@azure/service-bus';
import { afterAll } from 'vitest';
import { openDatabase } from '../../adapters/cosmos/client/database.ts';
import { openTopic } from '../../adapters/serviceBus/topic.ts';
import { startCosmos } from '../../local/cosmos/server.ts';
import { toEmulatorConfig } from '../../local/launcher/services/emulatorConfig.ts';
import { provisionCosmos } from '../../local/launcher/services/provision.ts';
import type { Topology } from '../../local/launcher/services/topology.ts';
import { startServiceBus } from '../../local/serviceBus/server.ts';
import { propertiesOf } from './signing.ts';

/** Both services of the calling test file's own, with what a topology names, and the bank's topic on them. */
export const busAndCosmosForTests = async (topology: Topology) => {
  const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(topology.serviceBus) });
  const cosmos = await startCosmos({ port: 0 });
  await provisionCosmos(cosmos.connectionString, topology.cosmos);
  const database = openDatabase(cosmos, topology.cosmos);
  const topic = openTopic(broker, propertiesOf, 'bank-events');
  const client = new ServiceBusClient(broker.connectionString);
  afterAll(async () => {
    await Promise.all([topic.close(), client.close()]);
    database.close();
    await Promise.all([broker.close(), cosmos.close()]);
  });
  return { broker, cosmos, database, topic, client };
};
