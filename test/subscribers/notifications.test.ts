import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosHandled } from '../../adapters/cosmos/handled.ts';
import { cosmosParking } from '../../adapters/cosmos/parking.ts';
import { openSmtp } from '../../adapters/email/smtp.ts';
import { openTopic } from '../../adapters/serviceBus/topic.ts';
import { loadCurrent, unbegun } from '../../application/commands/currentState.ts';
import { createEmailing } from '../../application/email/emailing.ts';
import { fold } from '../../application/fold.ts';
import { messagesOf } from '../../application/publishing/message.ts';
import { createMessageHandler } from '../../application/subscriptions/handleMessages.ts';
import { createOnce } from '../../application/subscriptions/handled.ts';
import { subscriberListener, subscriptionsOf } from '../../application/subscriptions/listener.ts';
import { createSubscriberRunner } from '../../application/subscriptions/runSubscriber.ts';
import type { Reads } from '../../application/subscriptions/subscriber.ts';
import type { AccountEvent } from '../../domain/account/events.ts';
import { customer } from '../../domain/customer/customer.ts';
import type { CustomerEvent } from '../../domain/customer/events.ts';
import { bankEventsOf, bankRegistry } from '../../domain/registry.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { View } from '../../eventSourcing/view.ts';
import { toEmulatorConfig } from '../../local/launcher/services/emulatorConfig.ts';
import { startServiceBus } from '../../local/serviceBus/server.ts';
import { notifications } from '../../subscribers/notifications/notifications.ts';
import { commitOf, created, deposited, eur } from '../support/bank.ts';
import { cosmosForTests } from '../support/cosmos.ts';
import { historyOf } from '../support/history.ts';
import { hostSubscription } from '../support/listening.ts';
import { propertiesOf, signatures } from '../support/signing.ts';
import { startSmtpServer } from '../support/smtpServer.ts';
import { topologyOf } from '../support/topologyOf.ts';

const subscriptions = subscriptionsOf([subscriberListener(notifications)]);
const [subscription] = subscriptions;
if (!subscription) throw new Error('It has a subscription');

const database = await cosmosForTests();
const broker = await startServiceBus({ port: 0, config: toEmulatorConfig(topologyOf(subscriptions).serviceBus) });
const topic = openTopic(broker, propertiesOf, 'bank-events');
const client = new ServiceBusClient(broker.connectionString);
const { server, arrived, url, stop } = await startSmtpServer();
const mailer = openSmtp(url, 'bank@daybook.example');
afterAll(async () => {
  mailer.close();
  await Promise.all([topic.close(), client.close()]);
  await Promise.all([broker.close(), stop()]);
});

const hourMs = 3_600_000;
let passedMs = 0;
const clock = { now: () => Date.now() + passedMs };
const eventStore = cosmosEventStore(database.container('events'));
const parking = cosmosParking(database.container('parked'), clock);
const handled = cosmosHandled(database.container('handled'), clock);
/** Whether the app crashes before it has noted what it has done. */
let crashes = false;
const counted: string[] = [];
const crash = () => Promise.reject(new Error('The app has crashed'));
/** One more is tried. */
const pausesMs = Array.from({ length: 7 }, () => 20);
/** How many batches were given back. */
let failures = 0;

/** The store's own events, folded when somebody asks. */
const reads: Reads = {
  async current(aggregate, id) {
    const current = await loadCurrent(aggregate, eventStore, id);
    return current === 'fenced' ? unbegun(aggregate) : current;
  },
  async row<Row>(view: View<Row>, _: string, id: string) {
    let row: Row | undefined;
    for await (const commits of eventStore.readCommits(id, 0)) {
      for (const event of commits.flatMap(bankEventsOf)) row = view.evolve(row, event);
    }
    return row;
  },
};
const handle = createMessageHandler({
  registry: bankRegistry,
  feedViews: () => expect.unreachable('There is no view'),
  runSubscriber: createSubscriberRunner({
    filterable: () => ({}),
    stream: () => expect.unreachable('There is no stream'),
    once: (...given) =>
      createOnce({
        ...handled,
        finish: (claim) => (crashes ? crash() : handled.finish(claim)),
        release: (claim) => (crashes ? crash() : handled.release(claim)),
      })(...given),
    execute: () => expect.unreachable('It executes nothing'),
    history: historyOf(eventStore),
    tellWebhooks: () => expect.unreachable('It tells no webhooks'),
    topic,
    reads,
    email: createEmailing({
      send: mailer.send,
      clock,
      random: () => 1,
      count: (outcome) => counted.push(outcome),
      pausesMs,
      firstTriesMs: 3_000,
      laterTriesMs: 10_000,
      letterMs: 4_000,
    }),
    clock,
  }),
  signatures,
  parking,
  clock,
  log: () => undefined,
  pause: () => sleep(2),
  patienceMs: 20,
});

let hosting: ReturnType<typeof hostSubscription>;
beforeEach(() => {
  hosting = hostSubscription(client, subscription, (...batch) =>
    handle(...batch).catch((error: unknown) => {
      failures += 1;
      throw error;
    }),
  );
});
afterEach(async () => {
  server.answers = () => 'takes';
  crashes = false;
  passedMs = 0;
  await hosting.stop();
});

const append = async (
  kind: 'customer' | 'account',
  id: string,
  before: number,
  events: readonly (AccountEvent | CustomerEvent)[],
  occurredAt = new Date(clock.now()).toISOString(),
): Promise<Commit> => {
  const commit = commitOf(kind, id, before, events, { occurredAt });
  const newest = await eventStore.loadNewest(id);
  const state = newest && newest !== 'fenced' ? newest.state : customer.initial;
  const events_ = bankEventsOf(commit);
  const next = kind === 'customer' ? fold(customer, state as typeof customer.initial, events_) : {};
  await eventStore.append([commit], { state: next, stateVersion: kind === 'customer' ? customer.stateVersion : 1 });
  return commit;
};

/** A customer at an address of their own. */
const newCustomer = async (person: Partial<(typeof created)['data']['person']> = {}) => {
  const id = randomUUID();
  const address = `${id}@example.com`;
  await append('customer', id, 0, [
    { ...created, data: { person: { ...created.data.person, email: address, ...person } } },
  ]);
  return { id, address };
};
const deposit = (customerId: string, occurredAt?: string, accountId: string = randomUUID()) =>
  append('account', accountId, 1, [deposited(10_000, 14_200, customerId)], occurredAt);
const publish = (commit: Commit) => topic.send(messagesOf(commit));
const lettersTo = (address: string) => arrived.filter(({ recipient }) => recipient === address);
const eventually = <Value>(read: () => Value) => expect.poll(read, { interval: 10 });
const triesFor = (address: string) => server.tried.filter((each) => each === address).length;
const parkedFor = async ({ aggregateId }: Commit) =>
  (await parking.list('notifications', 1_000)).filter(({ messageId }) => messageId.startsWith(aggregateId));
/** Every message before it has been handled, first tries included. */
const nothingWaits = async () => {
  const { id, address } = await newCustomer();
  await publish(await deposit(id));
  await eventually(() => lettersTo(address).length).toBe(1);
};

describe('a letter', () => {
  it('tells the customer of an event once, in text and HTML, under an id that is made of the event', async () => {
    const { id, address } = await newCustomer();
    const commit = await deposit(id);
    await publish(commit);
    await eventually(() => lettersTo(address).length).toBe(1);
    await topic.sendCopies(
      messagesOf(commit).map((event) => ({
        ...{ subscription: 'notifications', listener: 'notifications', messageId: randomUUID(), event },
        original: { messageId: event.id },
      })),
    );
    await nothingWaits();
    const [letter, ...more] = lettersTo(address);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      messageId: `<${commit.aggregateId}.2@daybook.example>`,
      from: { address: 'bank@daybook.example' },
      to: [{ name: 'Ada Lovelace', address }],
      subject: 'Money came in',
      text: expect.stringContaining('€100.00 came into your account.') as string,
      html: expect.stringContaining('<td><bdi>€142.00</bdi></td>') as string,
    });
  });

  it('goes to the address that the customer has when it is sent', async () => {
    const { id, address } = await newCustomer();
    const other = `new-${address}`;
    server.answers = (to) => (to === address ? 450 : 'takes');
    const commit = await deposit(id);
    await hosting.stop();
    await publish(commit);
    await append('customer', id, 1, [{ type: 'CustomerEmailChanged', data: { person: { email: other } } }]);
    hosting = hostSubscription(client, subscription, handle);
    await eventually(() => lettersTo(other).length).toBe(1);
    expect(triesFor(address)).toBe(0);
  });

  it('is not sent where the customer has chosen other types, or greater amounts of the currency', async () => {
    const choose = async (data: Extract<CustomerEvent, { type: 'NotificationsChosen' }>['data']) => {
      const { id, address } = await newCustomer();
      await append('customer', id, 1, [{ type: 'NotificationsChosen', data }]);
      await publish(await deposit(id));
      return address;
    };
    const types = ['MoneyDeposited' as const];
    const silent = [
      await choose({ types: [] }),
      await choose({ types: ['MoneyWithdrawn', 'AccountOpened'] }),
      await choose({ types, above: eur(10_000) }),
    ];
    const told = [
      await choose({ types, above: eur(9_999) }),
      await choose({ types, above: { ...eur(1), currency: 'USD' as never, minor: 999_999 } }),
    ];
    for (const address of told) await eventually(() => lettersTo(address).length).toBe(1);
    await nothingWaits();
    expect(silent.map(triesFor)).toEqual([0, 0, 0]);
  });
});

describe('a server', () => {
  it('that refuses for the moment gets the same letter later', async () => {
    const { id, address } = await newCustomer();
    server.answers = (to) => (to === address && triesFor(address) < 3 ? 450 : 'takes');
    const commit = await deposit(id);
    await publish(commit);
    await eventually(() => lettersTo(address).length).toBe(1);
    expect(lettersTo(address)[0]?.messageId).toBe(`<${commit.aggregateId}.2@daybook.example>`);
    expect(triesFor(address)).toBe(3);
  });

  it('that refuses to the end has the message parked, with its status and without its words', async () => {
    const { id, address } = await newCustomer();
    server.answers = (to) => (to === address ? 450 : 'takes');
    const commit = await deposit(id);
    await publish(commit);
    await eventually(() => parkedFor(commit)).toMatchObject([{ reason: /^Refused 8 times, the last time: .*450$/ }]);
    expect(triesFor(address)).toBe(8);
  });

  it('that refuses for good has the message parked at once', async () => {
    const { id, address } = await newCustomer();
    server.answers = (to) => (to === address ? 550 : 'takes');
    const commit = await deposit(id);
    await publish(commit);
    await eventually(() => parkedFor(commit)).toHaveLength(1);
    expect((await parkedFor(commit))[0]?.reason).toBe('The SMTP server refused the e-mail: EENVELOPE 550');
    expect(triesFor(address)).toBe(1);
  });

  it('that hangs is tried by a few letters of a batch, whoever waits for them, and gets all of them later', async () => {
    server.answers = () => 'hangs';
    const { id, address } = await newCustomer();
    const commits = await Promise.all(Array.from({ length: 20 }, () => deposit(id)));
    const messages = commits.flatMap(messagesOf);
    const received = messages.map((body) => ({ messageId: body.id, body, properties: signatures.sign(body) }));
    await handle(subscription, received);
    expect(triesFor(address)).toBeLessThanOrEqual(8);
    server.answers = () => 'takes';
    await eventually(() => lettersTo(address).length).toBe(20);
  });
});

describe('what is told', () => {
  it('is told again, under the same id, where the app crashes between the letter and the note', async () => {
    const { id, address } = await newCustomer();
    const commit = await deposit(id);
    [crashes, failures] = [true, 0];
    await publish(commit);
    await eventually(() => failures).toBeGreaterThan(0);
    expect(lettersTo(address)).toHaveLength(1);
    // The claim of what has crashed ends after five minutes.
    passedMs = 6 * 60_000;
    crashes = false;
    await eventually(() => lettersTo(address).length).toBeGreaterThan(1);
    expect(new Set(lettersTo(address).map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('is never older than a day when it first comes, whatever brings it', async () => {
    const { id, address } = await newCustomer();
    const old = await deposit(id, new Date(Date.now() - 24 * hourMs - 60_000).toISOString());
    counted.length = 0;
    await publish(old);
    const [event] = messagesOf(old);
    if (!event) throw new Error('It has an event');
    const copy = { subscription: 'notifications', event, original: { messageId: event.id } };
    await topic.sendCopies([{ ...copy, messageId: randomUUID(), listener: 'notifications' }]);
    await eventually(() => counted.filter((outcome) => outcome === 'old').length).toBe(2);
    await nothingWaits();
    expect(triesFor(address)).toBe(0);
  });

  it('may be older where it was tried before, which nobody but the app can claim', async () => {
    const { id, address } = await newCustomer();
    const old = await deposit(id, new Date(Date.now() - 25 * hourMs).toISOString());
    const [body] = messagesOf(old);
    if (!body) throw new Error('It has an event');
    const properties = { ...signatures.sign(body, 'notifications'), listener: 'notifications', tries: 1 };
    await handle(subscription, [{ messageId: 'x', body, properties }]);
    expect(triesFor(address)).toBe(0);
    const signed = { ...signatures.sign(body, 'notifications', 1), listener: 'notifications', tries: 1 };
    await handle(subscription, [{ messageId: 'x', body, properties: signed }]);
    expect(lettersTo(address)).toHaveLength(1);
  });
});
