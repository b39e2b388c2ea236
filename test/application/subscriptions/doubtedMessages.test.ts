import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { nothingAgain } from '../../support/listening.ts';
import { openSignatures } from '../../../adapters/signing/signatures.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { messagesOf, type CloudEvent } from '../../../application/publishing/message.ts';
import type { Signature, Signatures } from '../../../application/publishing/signature.ts';
import { createMessageHandler } from '../../../application/subscriptions/handleMessages.ts';
import { subscriberListener, subscriptionsOf } from '../../../application/subscriptions/listener.ts';
import type { ReceivedMessage } from '../../../application/subscriptions/origin.ts';
import { createSubscriberRunner } from '../../../application/subscriptions/runSubscriber.ts';
import { defineSubscriber, Unhandleable } from '../../../application/subscriptions/subscriber.ts';
import { account } from '../../../domain/account/account.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const begun = Date.UTC(2026, 0, 1);
let now = begun;
const clock = { now: () => now };
const parking = cosmosParking(database.container('parked'), clock);
const [former, present] = ['the former secret', 'the present secret'];
const ours = openSignatures([present]);

const at = (ms: number) => new Date(ms).toISOString();
const newEvent = (): CloudEvent => {
  const [event] = messagesOf(commitOf('account', randomUUID(), 0, [opened(), deposited(5, 5)]));
  if (!event) throw new Error('There is an event');
  return event;
};
const received = (body: unknown, properties?: Signature, more: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  ...{ messageId: randomUUID(), enqueuedAt: at(now), deliveryCount: 1 },
  ...{ body, properties, ...more },
});

/** An instance with a subscriber that notes what it hears. */
const instanceWith = (signatures: Pick<Signatures, 'verify'>, names: readonly string[] = ['lamp']) => {
  const heard: string[] = [];
  const listeners = names.map((name) =>
    subscriberListener(
      defineSubscriber({
        ...{ name, follows: [account], subscription: 'home' },
        handle({ id, type }) {
          if (type !== 'AccountOpened') throw new Unhandleable('It only knows openings');
          return Promise.resolve(void heard.push(id));
        },
      }),
    ),
  );
  const handle = createMessageHandler({
    registry: bankRegistry,
    feedViews: () => expect.unreachable('There is no view'),
    runSubscriber: createSubscriberRunner({
      stream: () => Promise.resolve(),
      once: () => expect.unreachable('It does nothing once'),
      execute: () => expect.unreachable('It executes nothing'),
      history: { next: () => expect.unreachable('It reads nothing') },
      ...nothingAgain,
    }),
    ...{ signatures, parking, clock },
    log: () => undefined,
    pause: () => Promise.resolve(void (now += 750)),
  });
  const [home] = subscriptionsOf(listeners);
  if (!home) throw new Error('There is a subscription');
  return { heard, deliver: (...messages: readonly ReceivedMessage[]) => handle(home, messages) };
};
const parked = async () =>
  (await parking.list(undefined, 1_000)).map(({ listener, reason, count }) => ({ listener, reason, count }));

beforeEach(async () => {
  now = begun;
  for (const message of await parking.list(undefined, 1_000)) await parking.remove(message);
});

describe('a message that the app did not sign', () => {
  it('reaches nobody, is parked at once, and holds up no others', async () => {
    const { heard, deliver } = instanceWith(ours);
    const [first, forged, unsigned, second] = [newEvent(), newEvent(), newEvent(), newEvent()];
    await deliver(
      received(first, ours.sign(first)),
      received(forged, ours.sign(first)),
      received(unsigned),
      received(second, ours.sign(second)),
    );
    expect(heard).toEqual([first.id, second.id]);
    expect(await parked()).toEqual(
      expect.arrayContaining([
        { listener: 'lamp', reason: 'Its signature is not of what it says', count: 1 },
        { listener: 'lamp', reason: 'It has no signature', count: 1 },
      ]),
    );
  });

  it('is counted, one item for each reason and minute, however many come', async () => {
    const { heard, deliver } = instanceWith(ours, ['lamp', 'doorbell']);
    for (let batch = 0; batch < 50; batch += 1) {
      await deliver(...Array.from({ length: 100 }, (_, n) => received({ poison: n, body: 'x'.repeat(batch) })));
    }
    expect(await parked()).toEqual([{ listener: 'subscription:home', reason: 'It has no signature', count: 5_000 }]);
    now += 60_000;
    await deliver(received('poison'));
    expect((await parked()).map(({ count }) => count)).toEqual([5_000, 1]);
    expect(heard).toEqual([]);
  });

  it('is counted once, though its batch comes again for another message', async () => {
    const { deliver } = instanceWith(ours);
    const event = newEvent();
    const ofFormer = received(event, openSignatures([former]).sign(event));
    const batch = [ofFormer, received('poison')];
    await expect(deliver(...batch)).rejects.toThrow('a key that this app does not know');
    await expect(deliver(...batch)).rejects.toThrow('a key that this app does not know');
    now += 60_000;
    await deliver(...batch);
    expect((await parked()).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('is parked, though it is nested too deeply to be written', async () => {
    const { deliver } = instanceWith(ours);
    await deliver(received(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))));
    expect(await parked()).toHaveLength(1);
  });
});

describe('a genuine message that nobody can handle', () => {
  it('is one parked message, however often and under whatever id somebody sends it again', async () => {
    const { deliver } = instanceWith(ours);
    const [, event] = messagesOf(commitOf('account', randomUUID(), 0, [opened(), deposited(5, 5)]));
    if (!event) throw new Error('There are two events');
    const again = (n: number) => received({ ...event, source: `elsewhere ${n}` }, ours.sign(event));
    await deliver(...Array.from({ length: 20 }, (_, n) => again(n)));
    expect(await parking.list(undefined, 100)).toMatchObject([{ listener: 'lamp', messageId: event.id }]);
  });
});

describe('a message with a key that the app does not know', () => {
  it('is given back, so that an instance that knows the key may take it', async () => {
    const [event, other] = [newEvent(), newEvent()];
    const ofFormer = received(event, openSignatures([former]).sign(event));
    const [one, another] = [instanceWith(ours), instanceWith(openSignatures([present, former]))];
    await expect(one.deliver(ofFormer, received(other, ours.sign(other)))).rejects.toThrow(/does not know/);
    expect(one.heard).toEqual([other.id]);
    expect(await parked()).toEqual([]);
    await another.deliver(ofFormer);
    expect(another.heard).toEqual([event.id]);
  });

  it('takes so long that its deliveries last for the minute, after which it is parked', async () => {
    const { deliver, heard } = instanceWith(ours);
    const event = newEvent();
    const ofFormer = received(event, openSignatures([former]).sign(event));
    let deliveryCount = 1;
    for (; now < begun + 60_000; deliveryCount += 1) {
      await expect(deliver({ ...ofFormer, deliveryCount })).rejects.toThrow(/does not know/);
    }
    expect(deliveryCount).toBeLessThan(60);
    await deliver({ ...ofFormer, deliveryCount });
    expect(heard).toEqual([]);
    expect(await parked()).toMatchObject([{ reason: 'It is signed with a key that this app does not know', count: 1 }]);
  });

  it('makes no dead letters of the others in its batch', async () => {
    const { deliver, heard } = instanceWith(ours);
    const [event, other] = [newEvent(), newEvent()];
    const ofFormer = received(event, openSignatures([former]).sign(event));
    await deliver(ofFormer, received(other, ours.sign(other), { deliveryCount: 60 }));
    expect(heard).toEqual([other.id]);
    expect(await parked()).toHaveLength(1);
  });

  it('is parked where nobody knows how old it is', async () => {
    const { deliver } = instanceWith(ours);
    const event = newEvent();
    await deliver(received(event, openSignatures([former]).sign(event), { enqueuedAt: undefined }));
    expect(await parked()).toHaveLength(1);
  });

  it('may not claim to be younger than it is', async () => {
    const { deliver } = instanceWith(ours);
    const event = newEvent();
    const properties = { ...openSignatures([former]).sign(event), originalEnqueuedAt: at(begun + 60 * 60_000) };
    await deliver({ ...received(event, undefined, { enqueuedAt: at(begun - 60_000) }), properties });
    expect(await parked()).toHaveLength(1);
  });
});
