import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, describe, expect, it } from 'vitest';
import { serviceBusBacklogs } from '../../adapters/serviceBus/backlogs.ts';
import { toEmulatorConfig } from '../../local/launcher/services/emulatorConfig.ts';
import { readTopology } from '../../local/launcher/services/topology.ts';
import { startServiceBus } from '../../local/serviceBus/server.ts';

const { serviceBus } = await readTopology('infra/topology.json');
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
const client = new ServiceBusClient(broker.connectionString);
afterAll(async () => {
  await client.close();
  await broker.close();
});
const backlogs = serviceBusBacklogs(broker, 'bank-events');

describe('what waits in a subscription', () => {
  it('is counted in however many pages, up to a number, with the oldest, whether it is locked or not', async () => {
    const sender = client.createSender('bank-events');
    for (let sent = 0; sent < 8; sent++) {
      const applicationProperties = { aggregate: 'account' };
      await sender.sendMessages({ messageId: String(sent), body: Buffer.alloc(200_000), applicationProperties });
    }
    const [first] = await client.createReceiver('bank-events', 'views').receiveMessages(1);
    const oldest = first?.enqueuedTimeUtc?.toISOString();
    expect([...(await backlogs.look(['views', 'holds'], 100))]).toEqual([
      ['views', { messages: 8, oldest }],
      ['holds', { messages: 0, oldest: undefined }],
    ]);
    expect((await backlogs.look(['views'], 3)).get('views')).toEqual({ messages: 3, oldest });
  });

  it('is not known of a subscription that is not there, and all the same of the others', async () =>
    expect([...(await backlogs.look(['nobody', 'transfers'], 100)).keys()]).toEqual(['transfers']));
});
