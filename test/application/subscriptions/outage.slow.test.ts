import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { cosmosAliases } from '../../../adapters/cosmos/views/aliases.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { createGenerations } from '../../../application/views/generations.ts';
import { createProjector } from '../../../application/views/projector.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import { faultsAt } from '../../../local/faults/client.ts';
import { readTopology } from '../../../local/launcher/services/topology.ts';
import { accounts } from '../../../projections/accounts.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { liveAsCoded } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';
import { viewHandler } from '../../support/listening.ts';
import { busAndCosmosForTests } from '../../support/busAndCosmos.ts';

const topology = await readTopology('infra/topology.json');
const { cosmos, database, topic, client } = await busAndCosmosForTests(topology);

const rows = cosmosRows((name) => database.container(name));
const clock = { now: () => Date.now() };
const eventStore = cosmosEventStore(database.container('events'));
const generations = createGenerations({
  aliases: cosmosAliases(database.container('aliases')),
  eventStore,
  subscriptionOf: ({ name }) => name,
  clock,
});
await generations.current(accounts);
const pause = () => sleep(5);
const handlerWith = (ownPatienceMs: number) =>
  viewHandler({
    projector: createProjector(rows, historyOf(eventStore), pause),
    generations,
    parking: cosmosParking(database.container('parked'), clock),
    clock,
    log: (_level, message) => expect.unreachable(message),
    pause,
    patienceMs: ownPatienceMs,
    aheadPatienceMs: 0,
  });

/** Gives a batch back that was not handled, as the Functions host does. Returns the deliveries that it took. */
const deliverUntilHandled = async (ownPatienceMs: number, onFailure: () => Promise<void>): Promise<number> => {
  const handle = handlerWith(ownPatienceMs);
  const receiver = client.createReceiver('bank-events', 'views');
  try {
    for (let deliveries = 1; ; deliveries += 1) {
      const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 5_000 });
      try {
        await handle(
          accounts,
          messages.map(({ messageId, body }) => ({ messageId: String(messageId), body: body as unknown })),
        );
        for (const message of messages) await receiver.completeMessage(message);
        return deliveries;
      } catch {
        for (const message of messages) await receiver.abandonMessage(message);
        await onFailure();
      }
    }
  } finally {
    await receiver.close();
  }
};

const send = async () => {
  const id = randomUUID();
  await topic.send(messagesOf(commitOf('account', id, 0, [opened(), deposited(1, 1)])));
  return id;
};
const deadLetters = async () => {
  const receiver = client.createReceiver('bank-events', 'views', { subQueueType: 'deadLetter' });
  const letters = await receiver.peekMessages(1);
  await receiver.close();
  return letters.length;
};
const folded = { positions: expect.any(Object) as object, row: expect.objectContaining({ balance: 1 }) as object };

it('an outage that is shorter than the patience of a delivery takes one delivery', async () => {
  const id = await send();
  await faultsAt(cosmos.port).pause(1_000);
  expect(await deliverUntilHandled(30_000, () => expect.unreachable('It is patient'))).toBe(1);
  expect(await rows.load({ ...accounts, build: 1 }, id)).toMatchObject(folded);
  expect(await deadLetters()).toBe(0);
});

it('a longer one takes as many deliveries as it is times longer, and dead-letters nothing', async () => {
  const id = await send();
  await faultsAt(cosmos.port).pause();
  // Each delivery is as long as its patience, or as one call to Cosmos DB.
  let failures = 0;
  const deliveries = await deliverUntilHandled(1, async () => {
    failures += 1;
    if (failures === 2) await faultsAt(cosmos.port).resume();
  });
  expect(deliveries).toBe(failures + 1);
  expect(deliveries).toBeLessThan(10);
  expect(await rows.load({ ...accounts, build: 1 }, id)).toMatchObject(folded);
  expect(await deadLetters()).toBe(0);
});

it('a delivery is patient for half its lock, and there are a hundred', async () => {
  let now = 0;
  const away = viewHandler({
    projector: {
      ...createProjector(rows, historyOf(eventStore), pause),
      apply: () => Promise.reject(new ServiceUnavailable('Cosmos DB')),
    },
    generations: { ...liveAsCoded(), change: () => Promise.reject(new ServiceUnavailable('Cosmos DB')) },
    parking: { park: (_, { reason }) => expect.unreachable(reason) },
    clock: { now: () => now },
    log: () => undefined,
    pause: () => Promise.resolve(void (now += 1_000)),
  });
  const events = messagesOf(commitOf('account', randomUUID(), 0, [opened()]));
  const messages = events.map((event) => ({ messageId: event.id, body: event }));
  await expect(away(accounts, messages)).rejects.toThrow(ServiceUnavailable);
  expect(now).toBe(150_000);
  for (const { lockDuration, maxDeliveryCount } of topology.serviceBus.topics.flatMap((each) => each.subscriptions)) {
    expect([lockDuration, maxDeliveryCount]).toEqual(['PT5M', 100]);
  }
});
