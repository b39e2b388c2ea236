import { randomUUID } from 'node:crypto';
import type { ServiceBusMessage } from '@azure/service-bus';
import { afterAll, describe, expect, it } from 'vitest';
import type { Alias } from '../../application/views/alias.ts';
import { views } from '../../projections/registry.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, storedData, type AuditedEvent } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { messageOf, ofAccount, signedMessage } from '../support/e2eMessages.ts';
import { signatureOf } from '../support/signing.ts';
import { copyAccount } from '../support/e2eStore.ts';

type StoredAliases = Readonly<Record<string, Pick<Alias, 'generations'>>>;

const app = appOfThisFile();

const topic = 'bank-events';
/** The views that hear of accounts, as all messages here say they are. */
const viewNames = views
  .filter(({ follows }) => follows.includes('account'))
  .map(({ name }) => name)
  .sort();

const send = async (...messages: ServiceBusMessage[]): Promise<void> => {
  const sender = app.serviceBus.createSender(topic);
  // One by one: the order in which they are sent is the point.
  for (const message of messages) await sender.sendMessages(message);
  await sender.close();
};

type Parked = { listener: string; messageId: string; reason: string; body: string };
/** The message as views parked it; a subscriber can handle some that no view can fold. */
const parked = async (messageId: string): Promise<Parked[]> => {
  const items = app.database.container('parked').items.query<Parked>({
    query: 'SELECT * FROM c WHERE c.messageId = @messageId',
    parameters: [{ name: '@messageId', value: messageId }],
  });
  const ofViews = (await items.fetchAll()).resources.filter(({ listener }) => viewNames.includes(listener));
  return ofViews.sort((a, b) => (a.listener < b.listener ? -1 : 1));
};

/** Waits until each view has parked the message, for that reason. */
const isParked = (messageId: string, reason: RegExp) =>
  eventually(() => parked(messageId)).toMatchObject(
    viewNames.map((listener) => ({ listener, reason: expect.stringMatching(reason) as string })),
  );

/** A message that has an event is parked under the id of the event. */
const idOf = ({ body, messageId }: ServiceBusMessage): string =>
  (body as { id?: string } | null | undefined)?.id ?? String(messageId);

/** How many messages the views' subscription holds, waiting or being handled; or how many dead letters. */
const waiting = async (subQueueType?: 'deadLetter'): Promise<number> => {
  // Its own client: the library goes on peeking where any receiver of a client stopped.
  const client = app.newServiceBusClient();
  const receiver = client.createReceiver(topic, 'views', subQueueType ? { subQueueType } : {});
  const { length } = await receiver.peekMessages(10);
  await client.close();
  return length;
};
const nothingWaits = () => eventually(() => waiting()).toBe(0);

/** Everything that views say of an account, so that any change shows. */
const allViewsOf = async ({ id, customerId }: { id: string; customerId: string }) => {
  const { email } = bodyOf(await app.bank.customer(customerId));
  return {
    account: bodyOf(await app.bank.account(id)),
    transactions: bodyOf(await app.bank.transactions(id)),
    customer: bodyOf(await app.bank.customer(customerId)),
    line: bodyOf(await app.bank.customers({ email })),
  };
};

const realEvent = async (): Promise<AuditedEvent> => {
  const { id } = await newAccount(app.bank, '5');
  const [, deposited] = await allEvents(app.bank, id);
  if (!deposited) throw new Error('There is no deposit');
  return deposited;
};

afterAll(async () => expect(await waiting('deadLetter')).toBe(0));

describe('a message that can never be applied is parked with its reason, and the rest goes on', () => {
  const withFields = async (envelope: object) => messageOf(await realEvent(), envelope);

  it.each<[string, () => Promise<ServiceBusMessage> | ServiceBusMessage, RegExp]>([
    ['rubbish', () => ({ body: Buffer.from([0, 1, 2, 255, 254]) }), /Not an event of this bank/],
    ['text', () => ({ body: 'hello' }), /Not an event of this bank/],
    [
      'text that calls itself JSON',
      () => ({ body: Buffer.from('{"type":'), contentType: 'application/json' }),
      /Not an event/,
    ],
    ['nothing', () => ({ body: undefined }), /Not an event of this bank/],
    ['null', () => ({ body: null }), /Not an event of this bank/],
    ['an empty object', () => ({ body: {} }), /Not an event of this bank: .*specversion/],
    ['an array', () => ({ body: [1, 2] }), /Not an event of this bank/],
    ['200 kB of text', () => ({ body: 'x'.repeat(200_000) }), /Not an event of this bank/],
    ['another specversion', () => withFields({ specversion: '2.0' }), /specversion/],
    ['a version that is none', () => withFields({ aggregateversion: 0 }), /aggregateversion/],
    ['a time that is none', () => withFields({ time: 'now' }), /time/],
    ['no data', () => withFields({ data: undefined }), /Not an event of this bank: data/],
    ['wrong data', () => withFields({ data: { amount: '5.00 EUR' } }), /Data of MoneyDeposited does not fit/],
    [
      'a negative balance',
      async () => {
        const event = await realEvent();
        return messageOf(event, { data: { ...storedData(event.data), balance: -1 } });
      },
      /balance/,
    ],
  ])('%s', async (_, create, reason) => {
    const account = await newAccount(app.bank, '1');
    const created = await create();
    const applicationProperties = { ...ofAccount, ...signatureOf(created.body) };
    const message = { messageId: randomUUID(), ...created, applicationProperties };
    await send(message);
    bodyOf(await app.bank.deposit(account.id, '1'));
    await isParked(idOf(message), reason);
    await viewHas(app.bank, account.id, 3);
    expect(bodyOf(await app.bank.transactions(account.id, { atLeast: 3 })).items).toHaveLength(2);
  });

  it('where many come at once, among real ones', async () => {
    const account = await newAccount(app.bank);
    const sender = app.serviceBus.createSender(topic);
    const ids = Array.from({ length: 50 }, () => randomUUID());
    const batch = ids.map((messageId) => ({ ...signedMessage({ poison: messageId }), messageId }));
    await Promise.all([
      sender.sendMessages(batch),
      ...Array.from({ length: 50 }, async () => bodyOf(await app.bank.deposit(account.id, '1'))),
    ]);
    await sender.close();
    for (const id of ids) await isParked(id, /Not an event/);
    await viewHas(app.bank, account.id, 51);
    await eventually(async () => (await app.bank.customer(account.customerId)).body.totals).toEqual([
      { amount: '50.00', currency: 'EUR' },
    ]);
  });

  it('once, however often it comes', async () => {
    const messageId = 'the same one';
    const message = { ...signedMessage({ it: 'is poison' }), messageId };
    await send(message, message);
    await isParked(messageId, /Not an event/);
    // Past the topic's duplicate detection: as if it were delivered again.
    const { aggregate, ...properties } = message.applicationProperties ?? {};
    expect(aggregate).toBe(ofAccount.aggregate);
    const copied = { ...properties, deliverTo: 'views', originalMessageId: messageId };
    await send({ ...message, messageId: randomUUID(), applicationProperties: copied });
    await nothingWaits();
    expect(await parked(messageId)).toHaveLength(viewNames.length);
  });
});

describe('an event that only newer code can know', () => {
  it.each<[string, object]>([
    ['an unknown aggregate', { aggregate: 'loan' }],
    ['an unknown type', { type: 'MoneyPrinted' }],
    ['the type of another aggregate', { type: 'CustomerCreated' }],
    ['a newer schema version', { schemaversion: 99 }],
  ])('%s is not parked, the rest goes on, and views are compared with the store', async (_, envelope) => {
    const before = await passesOf();
    const account = await newAccount(app.bank, '1');
    const message = messageOf(await realEvent(), envelope);
    await send(message);
    bodyOf(await app.bank.deposit(account.id, '1'));
    await viewHas(app.bank, account.id, 3);
    await nothingWaits();
    expect(await parked(idOf(message))).toEqual([]);
    const wereCompared = async () => {
      await app.runTimer('superviseViews');
      return (await passesOf()).map((passes, index) => passes > (before[index] ?? 0));
    };
    await expect.poll(wereCompared, { timeout: 40_000, interval: 300 }).toEqual(viewNames.map(() => true));
  });

  /** How often each live generation was compared with the store. */
  const passesOf = async () => {
    const { resource } = await app.database
      .container('aliases')
      .item('views', 'views')
      .read<{ views: StoredAliases }>();
    return viewNames.map(
      (name) => resource?.views[name]?.generations.find(({ state }) => state === 'live')?.passes ?? 0,
    );
  };
});

describe('real messages', () => {
  it('change nothing when they come again, in any order', async () => {
    const account = await newAccount(app.bank, '5');
    bodyOf(await app.bank.deposit(account.id, '2'));
    const last = bodyOf(await app.bank.withdraw(account.id, '3'));
    await viewHas(app.bank, account.id, 4);
    await app.bank.transactions(account.id, { atLeast: last.position });
    await app.bank.customer(account.customerId, { atLeast: last.position });
    const before = await allViewsOf(account);

    const events = await allEvents(app.bank, account.id);
    const [first, second, third, fourth] = events.map((event) => messageOf(event));
    if (!first || !second || !third || !fourth) throw new Error('There are four events');
    await send(
      third,
      second,
      fourth,
      first,
      { ...second, messageId: randomUUID() },
      { ...fourth, messageId: randomUUID() },
    );
    await nothingWaits();
    expect(await allViewsOf(account)).toEqual(before);
    expect(before.account.balance).toEqual({ amount: '4.00', currency: 'EUR' });
  });

  it('count when the later ones come first: what is missing is fetched', async () => {
    const original = await newAccount(app.bank, '5');
    bodyOf(await app.bank.deposit(original.id, '2'));
    bodyOf(await app.bank.withdraw(original.id, '3'));
    // Its commits are in the store, but nobody has sent their messages.
    const id = await copyAccount(app.database, original.id);
    const [first, second, third, fourth] = (await allEvents(app.bank, id)).map((event) => messageOf(event));
    if (!first || !second || !third || !fourth) throw new Error('There are four events');
    await send(third, second, fourth, first);
    await nothingWaits();
    await viewHas(app.bank, id, 4);

    const copy = bodyOf(await app.bank.transactions(id, { atLeast: 4 }));
    expect(copy.items.map(({ version, balanceAfter }) => [version, balanceAfter.amount])).toEqual([
      [4, '4.00'],
      [3, '7.00'],
      [2, '5.00'],
    ]);
    const customer = bodyOf(await app.bank.customer(original.customerId, { atLeast: `${id}:4,${original.id}:4` }));
    expect(customer.totals).toEqual([{ amount: '8.00', currency: 'EUR' }]);
  });
});

describe('a message of an event that does not exist', () => {
  it('is parked, and holds up no others', async () => {
    const [real, other] = [await newAccount(app.bank, '1'), await newAccount(app.bank, '1')];
    const [, event] = await allEvents(app.bank, real.id);
    if (!event) throw new Error('There is no deposit');
    const unknown = randomUUID();
    const strays = [
      messageOf(event, { aggregateid: unknown, aggregateversion: 5, id: `${unknown}:5` }),
      messageOf(event, { aggregateversion: 99, id: `${real.id}:99` }),
    ];
    await send(...strays);
    for (const { id } of [real, other]) bodyOf(await app.bank.deposit(id, '1'));
    for (const { id } of [real, other]) await viewHas(app.bank, id, 3);
    for (const stray of strays) await isParked(idOf(stray), /store/);
  });

  it('is the only one that is parked of those that come with it', async () => {
    const { id } = await newAccount(app.bank, '1');
    const [, deposited] = await allEvents(app.bank, id);
    if (!deposited) throw new Error('There is no deposit');
    const [real, stray] = [messageOf(deposited), messageOf(deposited, { aggregateversion: 99, id: `${id}:99` })];
    const sender = app.serviceBus.createSender(topic);
    await sender.sendMessages([real, stray]);
    await sender.close();
    await isParked(idOf(stray), /store/);
    await nothingWaits();
    expect((await parked(idOf(real))).map(({ reason }) => reason)).toEqual([]);
  });
});
