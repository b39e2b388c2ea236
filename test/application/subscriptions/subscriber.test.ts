import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { messagesOf } from '../../../application/publishing/message.ts';
import { createOnce, type HandledEvents } from '../../../application/subscriptions/handled.ts';
import { createMessageHandler } from '../../../application/subscriptions/handleMessages.ts';
import { subscriberListener, subscriptionsOf } from '../../../application/subscriptions/listener.ts';
import { createSubscriberRunner } from '../../../application/subscriptions/runSubscriber.ts';
import { defineSubscriber, Unhandleable, type Subscriber } from '../../../application/subscriptions/subscriber.ts';
import { account } from '../../../domain/account/account.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import { commitOf, created, deposited, opened } from '../../support/bank.ts';
import { nothingAgain, handledInMemory, untold } from '../../support/listening.ts';
import { trustingSignatures } from '../../support/signing.ts';

type Handle = Parameters<typeof defineSubscriber<readonly [typeof account]>>[0]['handle'];
const coffeeMachine = (handle: Handle, more: Partial<Omit<Subscriber, 'types'>> = {}) =>
  defineSubscriber({ ...more, name: 'coffee-machine', follows: [account], handle });

/** Delivers batches to a subscriber; time goes on by a second with each pause. */
const deliveryTo = (subscriber: Subscriber, handled: HandledEvents = handledInMemory()) => {
  let now = 0;
  const parked: { listener: string; messageId: string; reason: string }[] = [];
  const handle = createMessageHandler({
    registry: bankRegistry,
    feedViews: () => expect.unreachable('There is no view'),
    runSubscriber: createSubscriberRunner({
      stream: () => Promise.resolve(),
      once: createOnce(handled),
      execute: () => expect.unreachable('It executes nothing'),
      history: { next: () => expect.unreachable('It reads nothing') },
      ...nothingAgain,
    }),
    signatures: trustingSignatures,
    parking: {
      tally: untold,
      park: (listener, { messageId, reason }) => Promise.resolve(void parked.push({ listener, messageId, reason })),
    },
    clock: { now: () => now },
    log: () => undefined,
    pause: () => Promise.resolve(void (now += 1_000)),
  });
  const deliver = async (...bodies: readonly object[]) => {
    for (const subscription of subscriptionsOf([subscriberListener(subscriber)])) {
      await handle(
        subscription,
        bodies.map((body) => ({ messageId: 'id' in body ? String(body.id) : 'rubbish', body })),
      );
    }
  };
  return { deliver, parked, now: () => now };
};
const bodiesOf = (...commits: readonly Commit[]) => commits.flatMap(messagesOf);
const accountWith = (deposits: number, id: string = randomUUID()) =>
  commitOf('account', id, 0, [opened(), ...Array.from({ length: deposits }, (_, n) => deposited(1, n + 1))]);

describe('a subscriber', () => {
  it('hears the events that it follows, those of one aggregate in order, and no others', async () => {
    const heard: string[] = [];
    const { deliver } = deliveryTo(coffeeMachine(({ id }) => Promise.resolve(void heard.push(id))));
    const [commit, customer] = [accountWith(3), commitOf('customer', randomUUID(), 0, [created])];
    await deliver(...bodiesOf(commit, customer).reverse());
    expect(heard).toEqual(commit.events.map(({ id }) => id));
  });

  it('with bounds hears only what exceeds them, also of what is sent again', async () => {
    const heard: number[] = [];
    const large = coffeeMachine(({ version }) => Promise.resolve(void heard.push(version)), {
      above: { amountMinor: 100 },
    });
    const { deliver } = deliveryTo(large);
    const commit = commitOf('account', randomUUID(), 0, [opened(), deposited(100, 100), deposited(101, 201)]);
    await deliver(...bodiesOf(commit));
    expect(heard).toEqual([3]);
  });

  it('that throws is called again for half the lock, and then the batch is given back', async () => {
    let calls = 0;
    const broken = coffeeMachine(() => Promise.reject(new Error(`No water ${(calls += 1)}`)));
    const { deliver, parked, now } = deliveryTo(broken);
    await expect(deliver(...bodiesOf(accountWith(0)))).rejects.toThrow('No water');
    expect([calls, now()]).toEqual([151, 150_000]);
    expect(parked).toEqual([]);
  });

  it('that cannot handle an event of one aggregate handles those of others', async () => {
    const [broken, fine] = [randomUUID(), randomUUID()];
    const heard: string[] = [];
    const { deliver } = deliveryTo(
      coffeeMachine(({ aggregateId, version }) => {
        if (aggregateId === broken && version === 2) throw new Error('No water');
        return Promise.resolve(void heard.push(`${aggregateId === broken ? 'broken' : 'fine'}:${version}`));
      }),
    );
    await expect(deliver(...bodiesOf(accountWith(2, broken), accountWith(2, fine)))).rejects.toThrow('No water');
    expect(heard.toSorted()).toEqual(['broken:1', 'fine:1', 'fine:2', 'fine:3']);
  });

  it('has the messages parked that it says it can never handle, and goes on', async () => {
    const heard: number[] = [];
    const { deliver, parked, now } = deliveryTo(
      coffeeMachine(({ version }) => {
        if (version === 2) throw new Unhandleable('There is no machine');
        return Promise.resolve(void heard.push(version));
      }),
    );
    const commit = accountWith(2);
    await deliver(...bodiesOf(commit));
    expect(heard).toEqual([1, 3]);
    expect(parked).toEqual([
      { listener: 'coffee-machine', messageId: commit.events[1]?.id, reason: 'There is no machine' },
    ]);
    expect(now()).toBe(0);
  });

  it('never hears what is no event: it is parked, and the rest goes on', async () => {
    const heard: number[] = [];
    const { deliver, parked } = deliveryTo(coffeeMachine(({ version }) => Promise.resolve(void heard.push(version))));
    await deliver({ hello: 'there' }, ...bodiesOf(accountWith(0)));
    expect(heard).toEqual([1]);
    expect(parked).toMatchObject([{ reason: expect.stringMatching(/Not an event/) as string }]);
  });
});

describe('what a subscriber does once', () => {
  it('is not done again, however often the event comes, in a batch or after it', async () => {
    let cups = 0;
    const machine = coffeeMachine(({ type }, { once }) =>
      type === 'AccountOpened' ? once(() => Promise.resolve(void (cups += 1))) : Promise.resolve(),
    );
    const { deliver } = deliveryTo(machine);
    const bodies = bodiesOf(accountWith(1));
    await deliver(...bodies, ...bodies);
    await deliver(...bodies);
    expect(cups).toBe(1);
  });

  it('is tried again until it succeeds', async () => {
    let tries = 0;
    const machine = coffeeMachine((_event, { once }) =>
      once(() => ((tries += 1) < 3 ? Promise.reject(new Error('Cold')) : Promise.resolve())),
    );
    await deliveryTo(machine).deliver(...bodiesOf(accountWith(0)));
    expect(tries).toBe(3);
  });

  it('waits while another instance does it', async () => {
    const handled = handledInMemory();
    const commit = accountWith(0);
    const eventId = commit.events[0]?.id ?? '';
    const other = await handled.claim({ listener: 'coffee-machine', eventId }, 0);
    if (typeof other === 'string') throw new Error('The other instance comes first');
    let [tries, runs] = [0, 0];
    const machine = coffeeMachine(async (_event, { once }) => {
      if ((tries += 1) === 3) await handled.finish(other);
      await once(() => Promise.resolve(void (runs += 1)));
    });
    await deliveryTo(machine, handled).deliver(...bodiesOf(commit));
    expect([tries, runs]).toEqual([3, 0]);
  });

  it.each([undefined, 3_600])('is remembered for as long as the subscriber says: %s', async (seconds) => {
    const remembered: unknown[] = [];
    const handled = handledInMemory();
    const spy: HandledEvents = {
      ...handled,
      finish: (claim) => (remembered.push(claim.remembersForSeconds), handled.finish(claim)),
    };
    const more = seconds === undefined ? {} : { remembersForSeconds: seconds };
    const machine = coffeeMachine((_event, { once }) => once(() => Promise.resolve()), more);
    await deliveryTo(machine, spy).deliver(...bodiesOf(accountWith(0)));
    expect(remembered).toEqual([seconds]);
  });
});
