import { randomUUID } from 'node:crypto';
import type { ServiceBusMessage } from '@azure/service-bus';
import { describe, expect, it } from 'vitest';
import { openSignatures } from '../../adapters/signing/signatures.ts';
import type { CloudEvent } from '../../application/publishing/message.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import {
  allEvents,
  allPages,
  bodyOf,
  newAccount,
  type AuditedEvent,
  type Page,
  type Reply,
} from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { bodyOfEvent, messageOf, ofAccount } from '../support/e2eMessages.ts';
import { copyAccount } from '../support/e2eStore.ts';
import { signatureOf } from '../support/signing.ts';

const app = appOfThisFile();

const sendAll = async (messages: readonly ServiceBusMessage[]): Promise<void> => {
  const sender = app.serviceBus.createSender('bank-events');
  for (let from = 0; from < messages.length; from += 250) await sender.sendMessages(messages.slice(from, from + 250));
  await sender.close();
};

type Parked = { listener: string; reason: string; count?: number };
const parkedItems = () =>
  allPages((query) => app.bank.get('/ops/dead-letters', query) as Promise<Reply<Page<Parked>>>, { limit: 200 });
/** How many messages that are in doubt the app has counted. */
const counted = async () => (await parkedItems()).reduce((sum, { count = 0 }) => sum + count, 0);

/** The next event of an account, which never happened: all of it has the right shape. */
const nextDeposit = (event: AuditedEvent, balance = 100_000_000) => {
  const [id] = event.id.split(':');
  const version = event.version + 1;
  const data = { ...bodyOfEvent(event).data, balance };
  return bodyOfEvent(event, { id: `${id}:${version}`, aggregateversion: version, data });
};
const unsigned = (body: unknown): ServiceBusMessage => ({
  ...{ messageId: randomUUID(), contentType: 'application/cloudevents+json', applicationProperties: ofAccount, body },
});

describe('a forged balance', () => {
  const account = async () => {
    const { id, customerId } = await newAccount(app.bank, '5');
    await viewHas(app.bank, id, 2);
    const [, event] = await allEvents(app.bank, id);
    if (!event) throw new Error('There is a deposit');
    return { id, customerId, event };
  };

  it.each<[string, (forged: object, event: AuditedEvent) => ServiceBusMessage]>([
    ['without a signature', (forged) => unsigned(forged)],
    [
      'with the signature of a genuine message',
      (forged, event) => ({
        ...unsigned(forged),
        applicationProperties: { ...ofAccount, ...signatureOf(bodyOfEvent(event)) },
      }),
    ],
    [
      'with a signature of the name of our key, but of another',
      (forged) => {
        const { signature } = openSignatures(['the secret of somebody else']).sign(forged as CloudEvent);
        const { key } = signatureOf(forged);
        return { ...unsigned(forged), applicationProperties: { ...ofAccount, signature, key } };
      },
    ],
    ['sent to the views alone', (forged) => ({ ...unsigned(forged), applicationProperties: { deliverTo: 'views' } })],
  ])('%s changes no view, and is parked', async (_, create) => {
    const { id, customerId, event } = await account();
    const before = await counted();
    await sendAll([create(nextDeposit(event), event)]);
    await eventually(counted).toBe(before + 1);
    expect(bodyOf(await app.bank.account(id)).balance.amount).toBe('5.00');

    // The true event of that version counts.
    bodyOf(await app.bank.deposit(id, '1'));
    await viewHas(app.bank, id, 3);
    expect(bodyOf(await app.bank.account(id)).balance.amount).toBe('6.00');
    await eventually(async () => bodyOf(await app.bank.customer(customerId)).totals[0]?.amount).toBe('6.00');
    const [newest] = bodyOf(await app.bank.transactions(id, { atLeast: 3 })).items;
    expect(newest).toMatchObject({ amount: { amount: '1.00' }, balanceAfter: { amount: '6.00' } });
  });

  it('by the admin route changes no view, and is parked', async () => {
    const { id, event } = await account();
    const before = await counted();
    const input = JSON.stringify(nextDeposit(event));
    const reply = await fetch(`${app.origin}/admin/functions/listen-views`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input }),
    });
    expect(reply.status).toBe(202);
    await eventually(counted).toBe(before + 1);
    bodyOf(await app.bank.deposit(id, '1'));
    await viewHas(app.bank, id, 3);
    expect(bodyOf(await app.bank.account(id)).balance.amount).toBe('6.00');
  });
});

describe('a genuine message', () => {
  it('that somebody sends again, however late, is harmless', async () => {
    const { id } = await newAccount(app.bank, '5');
    const [, event] = await allEvents(app.bank, id);
    if (!event) throw new Error('There is a deposit');
    const recorded = messageOf(event);
    bodyOf(await app.bank.withdraw(id, '3'));
    await viewHas(app.bank, id, 3);
    const before = await parkedItems();
    await sendAll(Array.from({ length: 20 }, () => ({ ...recorded, messageId: randomUUID() })));
    bodyOf(await app.bank.deposit(id, '1'));
    await viewHas(app.bank, id, 4);
    expect(bodyOf(await app.bank.account(id)).balance.amount).toBe('3.00');
    expect(bodyOf(await app.bank.transactions(id, { atLeast: 4 })).items).toHaveLength(3);
    expect(await parkedItems()).toEqual(before);
  });
});

describe('empty messages', () => {
  it('among genuine ones take no signature from them', async () => {
    const original = await newAccount(app.bank, '5');
    bodyOf(await app.bank.deposit(original.id, '1'));
    // Its commits are in the store, but nobody has sent their messages.
    const id = await copyAccount(app.database, original.id);
    const genuine = (await allEvents(app.bank, id)).map((event) => messageOf(event));
    const before = await counted();
    await sendAll(genuine.flatMap((message) => [unsigned(undefined), message, unsigned('')]));
    await viewHas(app.bank, id, 3);
    await eventually(counted).toBe(before + 2 * genuine.length);
  });
});

describe('a body that is nested too deeply to be written', () => {
  it('is parked, and holds up no others', async () => {
    const { id } = await newAccount(app.bank, '5');
    const before = await counted();
    await sendAll([
      { ...unsigned(Buffer.from('['.repeat(50_000) + ']'.repeat(50_000))), contentType: 'application/json' },
    ]);
    await eventually(counted).toBe(before + 1);
    bodyOf(await app.bank.deposit(id, '1'));
    await viewHas(app.bank, id, 3);
  });
});

describe('5,000 forged messages', () => {
  it('are a few parked items, and no view waits for them', async () => {
    const { id } = await newAccount(app.bank, '5');
    const [, event] = await allEvents(app.bank, id);
    if (!event) throw new Error('There is a deposit');
    const before = { count: await counted(), items: (await parkedItems()).length };
    const begun = Date.now();
    await sendAll(Array.from({ length: 5_000 }, (_, n) => unsigned(nextDeposit(event, n))));
    bodyOf(await app.bank.deposit(id, '1'));
    await viewHas(app.bank, id, 3, 60_000);
    await eventually(counted, 60_000).toBe(before.count + 5_000);
    const minutes = Math.ceil((Date.now() - begun) / 60_000) + 1;
    expect((await parkedItems()).length - before.items).toBeLessThanOrEqual(minutes);
    expect(bodyOf(await app.bank.account(id)).balance.amount).toBe('6.00');
  });
});
