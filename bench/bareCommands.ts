import { CosmosClient, type JSONObject } from '@azure/cosmos';
import { ServiceBusClient } from '@azure/service-bus';
import topology from '../infra/topology.json' with { type: 'json' };

/** An account of the bare loop: its version, and the etag of its head. */
export type BareAccount = { readonly version: number; readonly etag: string | undefined };

export const begun: BareAccount = { version: 0, etag: undefined };

/**
 * Does only what no command can avoid, with the bare SDKs: it writes one batch of a head and a commit, and sends one message.
 * Items and messages have the size of a deposit's. Without application properties, no subscription takes the messages.
 */
export const openBareCommands = async (
  cosmosConnection: string,
  serviceBusConnection: string,
  applicationProperties: Readonly<Record<string, string>> = {},
) => {
  const cosmos = new CosmosClient(cosmosConnection);
  const serviceBus = new ServiceBusClient(serviceBusConnection);
  // Uses its own container: from the bank's, the relay would send these commits to views that cannot read them.
  const { container: events } = await cosmos.database(topology.cosmos.database).containers.createIfNotExists({
    id: 'bare',
    partitionKey: { paths: ['/aggregateId'] },
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/commandId'] }] },
    indexingPolicy: {
      includedPaths: [{ path: '/commandId/?' }, { path: '/version/?' }],
      excludedPaths: [{ path: '/*' }],
    },
  });
  const sender = serviceBus.createSender(topology.serviceBus.topics[0]?.name ?? '');

  return {
    /** Executes one command and returns the account after it. Commands of one account must run one after another. */
    async command(aggregateId: string, before: BareAccount): Promise<BareAccount> {
      const version = before.version + 1;
      const head = { id: 'head', aggregateId, commandId: 'head', version, state } as JSONObject;
      const commandId = crypto.randomUUID();
      const commit = {
        ...filler,
        id: String(version).padStart(12, '0'),
        aggregateId,
        commandId,
        version,
      } as JSONObject;
      const { result } = await events.items.batch(
        [
          before.etag === undefined
            ? { operationType: 'Create', resourceBody: head }
            : { operationType: 'Replace', id: 'head', ifMatch: before.etag, resourceBody: head },
          { operationType: 'Create', resourceBody: commit },
        ],
        aggregateId,
      );
      await sender.sendMessages({ messageId: `${aggregateId}:${version}`, applicationProperties, body: filler });
      return { version, etag: result?.[0]?.eTag };
    },
    async close(): Promise<void> {
      await serviceBus.close();
      cosmos.dispose();
    },
  };
};

const state = { status: 'open', customerId: crypto.randomUUID(), currency: 'EUR', balance: 100 };
const filler = {
  aggregate: 'account',
  fingerprint: 'x'.repeat(43),
  events: [
    {
      id: `${crypto.randomUUID()}:1`,
      type: 'MoneyDeposited',
      schemaVersion: 1,
      version: 1,
      data: { customerId: state.customerId, amount: { minor: 100, currency: 'EUR' }, balance: 100 },
    },
  ],
  occurredAt: new Date().toISOString(),
  actor: 'anonymous',
  correlationId: 'x'.repeat(32),
  causationId: `u:${crypto.randomUUID()}`,
  traceparent: 'x'.repeat(55),
};
