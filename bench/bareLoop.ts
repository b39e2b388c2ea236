import { CosmosClient, type JSONObject } from '@azure/cosmos';
import { ServiceBusClient } from '@azure/service-bus';
import topology from '../infra/topology.json' with { type: 'json' };
import type { BankProcess } from './bankProcess.ts';

/**
 * What a command cannot avoid, and nothing else: one batch of a head and a commit, and one send, with the bare SDKs.
 * Items and messages are of a deposit's size. Returns commands per second.
 */
export const bareLoop = async (bank: BankProcess, callers: number, accounts: number, ms: number): Promise<number> => {
  const cosmos = new CosmosClient(bank.cosmos);
  const serviceBus = new ServiceBusClient(bank.serviceBus);
  // A container of its own: the bank would relay these commits, and its views choke on them.
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
  const deadline = performance.now() + ms;
  let commands = 0;

  const command = async (aggregateId: string, version: number, etag: string | undefined): Promise<string> => {
    const head = { id: 'head', aggregateId, commandId: 'head', version, state } as JSONObject;
    const commandId = crypto.randomUUID();
    const commit = { ...filler, id: String(version).padStart(12, '0'), aggregateId, commandId, version } as JSONObject;
    const { result } = await events.items.batch(
      [
        etag === undefined
          ? { operationType: 'Create', resourceBody: head }
          : { operationType: 'Replace', id: 'head', ifMatch: etag, resourceBody: head },
        { operationType: 'Create', resourceBody: commit },
      ],
      aggregateId,
    );
    // No subscription takes it: the loop is spared the views, which the app is not.
    await sender.sendMessages({ messageId: `${aggregateId}:${version}`, body: filler });
    return result?.[0]?.eTag ?? '';
  };
  const caller = async (index: number) => {
    const own = Array.from({ length: Math.max(1, Math.floor(accounts / callers)) }, () => ({
      id: `bare-${index}-${crypto.randomUUID()}`,
      version: 0,
      etag: undefined as string | undefined,
    }));
    for (let turn = 0; performance.now() < deadline; turn += 1) {
      const account = own[turn % own.length];
      if (!account) throw new Error('There is no account');
      account.etag = await command(account.id, (account.version += 1), account.etag);
      commands += 1;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  const seconds = (performance.now() - begun) / 1_000;
  await serviceBus.close();
  cosmos.dispose();
  return commands / seconds;
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
