import { randomUUID } from 'node:crypto';
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterAll, describe, expect, it } from 'vitest';
import { toMessage } from '../../../adapters/serviceBus/message.ts';
import { openTopic } from '../../../adapters/serviceBus/topic.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { messagesOf, type CloudEvent } from '../../../application/publishing/message.ts';
import { toEmulatorConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { readTopology } from '../../../local/launcher/services/topology.ts';
import { commitOf, deposited } from '../../support/bank.ts';
import { propertiesOf } from '../../support/signing.ts';

const { serviceBus } = await readTopology('infra/topology.json');
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
const topic = openTopic(broker, propertiesOf, 'bank-events');
const client = new ServiceBusClient(broker.connectionString);
const receiver = client.createReceiver('bank-events', 'views', { receiveMode: 'receiveAndDelete' });
afterAll(async () => {
  await Promise.all([topic.close(), client.close()]);
  await broker.close();
});

const kilobyte = 1_024;
/** Three of these fill a batch: a message, and a batch, may have 256 KB. */
const eighty = 80 * kilobyte;
const tooLarge = 300 * kilobyte;

/** The message of a deposit, padded to about so many bytes. */
const messageOf = (bytes = 0): CloudEvent => {
  const [message] = messagesOf(commitOf('account', randomUUID(), 1, [deposited(1, 1)]));
  if (!message) throw new Error('There is a message');
  return bytes === 0 ? message : { ...message, data: 'x'.repeat(bytes) };
};
const idsOf = (messages: readonly CloudEvent[]) => messages.map(({ id }) => id);
const received = async (count: number) => {
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) {
    const more = await receiver.receiveMessages(count - messages.length, { maxWaitTimeInMs: 5_000 });
    if (more.length === 0) break;
    messages.push(...more);
  }
  return messages;
};
const receivedIds = async (count: number) => (await received(count)).map(({ messageId }) => messageId);

describe('a message', () => {
  it('arrives as it was sent', async () => {
    const message = messageOf();
    expect(await topic.send([message])).toEqual([]);
    expect(await received(1)).toEqual([expect.objectContaining(toMessage(message, propertiesOf))]);
  });

  it('that opens another batch arrives like all others', async () => {
    const messages = Array.from({ length: 8 }, () => messageOf(eighty));
    expect(await topic.send(messages)).toEqual([]);
    expect(await receivedIds(8)).toEqual(idsOf(messages));
  });

  it.each([
    ['first', 0],
    ['in the middle', 2],
    ['last', 5],
  ])('that is too large is handed back, and the others arrive: %s', async (_, place) => {
    const [message, ...others] = [messageOf(tooLarge), ...Array.from({ length: 5 }, () => messageOf(eighty))];
    expect(await topic.send(others.toSpliced(place, 0, message))).toEqual([message]);
    expect(await receivedIds(5)).toEqual(idsOf(others));
  });

  it('whose id is too long is handed back, and the others arrive', async () => {
    const [first, second] = [messageOf(), messageOf()];
    const named = (length: number) => ({ ...messageOf(), id: 'x'.repeat(length) });
    const [longest, tooLong] = [named(128), named(129)];
    expect(await topic.send([first, tooLong, longest, second])).toEqual([tooLong]);
    expect(await receivedIds(3)).toEqual(idsOf([first, longest, second]));
  });

  it('that was sent before is dropped', async () => {
    const [first, second] = [messageOf(), messageOf()];
    await topic.send([first]);
    await topic.send([first, second]);
    expect(await receivedIds(2)).toEqual(idsOf([first, second]));
    expect(await receiver.peekMessages(1)).toEqual([]);
  });
});

it('no messages are nothing to send', async () => expect(await topic.send([])).toEqual([]));

describe('a broker that is away', () => {
  it('is unavailable, and it stays open whether messages have arrived', async () => {
    const other = await startServiceBus({ port: 0, config: toEmulatorConfig(serviceBus) });
    const its = openTopic(other, propertiesOf, 'bank-events');
    await its.ping();
    await other.close();
    const begun = Date.now();
    const failure = await its.send([messageOf()]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceUnavailable);
    expect(failure).toMatchObject({ outcomeUnknown: true });
    await expect(its.ping()).rejects.toThrow(ServiceUnavailable);
    expect(Date.now() - begun).toBeLessThan(20_000);
    await its.close();
  });
});
