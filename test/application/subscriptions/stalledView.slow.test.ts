import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, expect, it } from 'vitest';
import { cosmosAliases } from '../../../adapters/cosmos/views/aliases.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { openTopic } from '../../../adapters/serviceBus/topic.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import { createMessageHandler } from '../../../application/subscriptions/handleMessages.ts';
import { subscriptionsOf, viewListener } from '../../../application/subscriptions/listener.ts';
import type { ReceivedMessage } from '../../../application/subscriptions/origin.ts';
import { createFeeder } from '../../../application/views/feeder.ts';
import { createGenerations } from '../../../application/views/generations.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import { toEmulatorConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { views } from '../../../projections/registry.ts';
import { hostSubscription } from '../../support/listening.ts';
import { minute, reconcilerForTests } from '../../support/reconciling.ts';
import { topologyOf } from '../../support/topologyOf.ts';
import { propertiesOf, signatures } from '../../support/signing.ts';

const viewPatienceMs = 50;
const accountsStalled = { on: { operation: 'bulk', target: 'accounts' }, times: 100_000 } as const;

const bank = await reconcilerForTests();
const subscriptions = subscriptionsOf(views.map((view) => viewListener(view, 'views')));
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(topologyOf(subscriptions).serviceBus) });
const topic = openTopic(broker, propertiesOf, 'bank-events');
const client = new ServiceBusClient(broker.connectionString);
afterAll(async () => {
  await Promise.all([topic.close(), client.close()]);
  await broker.close();
});

const clock = { now: () => Date.now() };
const pause = () => sleep(5);
const log = () => undefined;
const generations = createGenerations({
  aliases: cosmosAliases(bank.containerOf('aliases')),
  eventStore: { isEmpty: () => Promise.resolve(true) },
  subscriptionOf: () => 'views',
  clock,
});
const handle = createMessageHandler({
  registry: bankRegistry,
  feedViews: createFeeder({ projector: bank.projector, generations, clock, log, pause, viewPatienceMs }),
  runSubscriber: () => expect.unreachable('There is no subscriber'),
  signatures,
  parking: cosmosParking(bank.containerOf('parked'), clock),
  clock,
  log,
  pause,
});

const stalledViews = async () => (await generations.all(views)).flatMap(({ view, stalled }) => (stalled ? [view] : []));
/** An account with two events, whose messages are sent. */
const account = async () => {
  const { id, customerId, begun } = await bank.account();
  await topic.send(messagesOf(begun));
  return { id, customerId };
};
const customersShow = async ({ id, customerId }: Awaited<ReturnType<typeof account>>) =>
  expect((await bank.rows.load(bank.customers, customerId))?.positions[id]).toBe(2);

it('a view whose container takes no writes for a hundred times its patience holds up nobody, and is current soon after', async () => {
  const deliveryCounts = new Set<number | undefined>();
  const [subscription] = subscriptions;
  if (!subscription) throw new Error('There is a subscription');
  const host = hostSubscription(client, subscription, (own, messages: readonly ReceivedMessage[]) => {
    for (const { deliveryCount } of messages) deliveryCounts.add(deliveryCount);
    return handle(own, messages);
  });
  await bank.faults.inject({ ...accountsStalled, fault: { kind: 'answer', status: 429, retryAfterMs: 1 } });
  const away = [await account()];
  await expect.poll(stalledViews).toEqual(['accounts']);

  const end = Date.now() + 100 * viewPatienceMs;
  while (Date.now() < end) {
    const next = await account();
    away.push(next);
    await expect.poll(() => customersShow(next).then(() => true)).toBe(true);
  }
  expect(await stalledViews()).toEqual(['accounts']);
  expect(await Promise.all(away.map(({ id }) => bank.positionOf(id)))).toEqual(away.map(() => undefined));

  await bank.faults.clear();
  // The view is taken up again with the next batch that tries one of its rows, or with the row that is being tried.
  away.push(await account());
  await expect.poll(stalledViews).toEqual([]);
  const { id: fedAgain } = await account();
  await expect.poll(() => bank.positionOf(fedAgain)).toBe(2);
  await bank.run(minute, { generations });
  expect(await Promise.all(away.map(({ id }) => bank.positionOf(id)))).toEqual(away.map(() => 2));
  // The first delivery of each message was the only one.
  expect([...deliveryCounts]).toEqual([0]);
  await host.stop();
});
