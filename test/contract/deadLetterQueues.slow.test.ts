import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { serviceBusDeadLetterQueues } from '../../adapters/serviceBus/deadLetterQueues.ts';
import { toEmulatorConfig } from '../../local/launcher/services/emulatorConfig.ts';
import { startServiceBus } from '../../local/serviceBus/server.ts';
import { readTopology } from '../../local/launcher/services/topology.ts';

const { serviceBus } = await readTopology('infra/topology.json');
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
const client = new ServiceBusClient(broker.connectionString);
const sender = client.createSender('bank-events');
afterAll(async () => {
  await client.close();
  await broker.close();
});

const queues = serviceBusDeadLetterQueues(broker, 'bank-events');
const subscription = 'views';
const tired = { deadLetterReason: 'tired', deadLetterErrorDescription: 'very' };
let sent = 0;

/** Sends messages, and has their subscription give up on them, in order. Returns their bodies. */
const giveUpOn = async (count: number, size = 1, words: [typeof tired?] = [tired]): Promise<string[]> => {
  const bodies = Array.from({ length: count }, () => `${(sent += 1)}`.padEnd(size, '.'));
  for (const body of bodies) {
    await sender.sendMessages({ body, messageId: body.slice(0, 100), applicationProperties: { aggregate: 'account' } });
  }
  const receiver = client.createReceiver('bank-events', subscription);
  for (let left = count; left > 0;) {
    const messages = await receiver.receiveMessages(left, { maxWaitTimeInMs: 5_000 });
    for (const message of messages) await receiver.deadLetterMessage(message, ...words);
    left -= messages.length;
  }
  await receiver.close();
  return bodies;
};
const takeAll = () => queues.take(subscription, 100, (letters) => Promise.resolve(letters));
const bodies = async (limit: number, after?: string) =>
  (await queues.peek(subscription, limit, after)).map(({ body }) => body);

beforeEach(async () => {
  while ((await takeAll()) > 0);
});

describe('the dead letters of a subscription', () => {
  it('are none where nothing was given up on', async () => {
    expect(await bodies(10)).toEqual([]);
    expect(await bodies(10, '1')).toEqual([]);
  });

  it('come the oldest first, or after a sequence number', async () => {
    const all = await giveUpOn(5);
    const letters = await queues.peek(subscription, 10);
    expect(letters.map(({ body }) => body)).toEqual(all);
    expect(await bodies(2)).toEqual(all.slice(0, 2));
    expect(await bodies(2, letters[1]?.sequenceNumber)).toEqual(all.slice(2, 4));
    expect(await bodies(2, letters[3]?.sequenceNumber)).toEqual(all.slice(4));
    expect(await bodies(2, letters[4]?.sequenceNumber)).toEqual([]);
  });

  it('have no description where nobody gave one', async () => {
    await giveUpOn(1, 1, []);
    expect(await queues.peek(subscription, 1)).toMatchObject([{ reason: 'Unknown', description: undefined }]);
  });

  it('follow one that is gone, with those that came meanwhile', async () => {
    await giveUpOn(2);
    const [, last] = await queues.peek(subscription, 2);
    await takeAll();
    const later = await giveUpOn(2);
    expect(await bodies(10, last?.sequenceNumber)).toEqual(later);
  });

  it('follow a sequence number that no number of JavaScript can hold', async () => {
    await giveUpOn(1);
    expect(await bodies(10, '9007199254740993')).toEqual([]);
  });

  it('are as many as asked for, though one answer of the service does not hold them', async () => {
    const all = await giveUpOn(8, 200_000);
    expect(await bodies(7)).toEqual(all.slice(0, 7));
    expect(await bodies(10)).toEqual(all);
  });
});
