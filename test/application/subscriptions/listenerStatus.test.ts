import { describe, expect, it } from 'vitest';
import { statusOfSubscribers, statusOfViews } from '../../../application/subscriptions/listenerStatus.ts';
import { subscriberListener, subscriptionsOf, viewListener } from '../../../application/subscriptions/listener.ts';
import type { Backlogs } from '../../../application/subscriptions/ports.ts';
import { defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import type { ViewStatus } from '../../../application/views/viewStatus.ts';
import { account } from '../../../domain/account/account.ts';
import { accounts } from '../../../projections/accounts.ts';

const at = '2026-11-20T10:00:00.000Z';

describe('the status of a view', () => {
  const generation = { generation: 'accounts@1.1', since: at, rows: 1 };
  const live: ViewStatus = {
    name: 'accounts',
    generations: [
      { ...generation, state: 'live' },
      { ...generation, state: 'building' },
    ],
    ...{ eventsBehind: 2, oldestUnapplied: at, parked: 1, stalled: undefined },
  };
  it.each([
    ['live', live],
    ['building', { ...live, generations: live.generations.slice(1) }],
    ['stalled', { ...live, stalled: { since: at, reason: 'It takes no writes' } }],
  ])('is %s', async (state, view) => {
    const listViews = () => Promise.resolve({ items: [view], checkedAt: at, aggregates: 1, more: false });
    expect(await statusOfViews(listViews)()).toEqual([
      { name: 'accounts', kind: 'view', state, behind: 2, oldest: at, parked: 1 },
    ]);
  });
});

describe('the status of subscribers', () => {
  const subscriber = (name: string, subscription = name) =>
    subscriberListener(defineSubscriber({ name, subscription, follows: [account], handle: () => Promise.resolve() }));
  const listeners = [
    viewListener(accounts),
    subscriber('lamp', 'home'),
    subscriber('bell', 'home'),
    subscriber('mail'),
  ];
  const statusesWith = (look: Backlogs['look'], clock = { now: () => 0 }) =>
    statusOfSubscribers({
      subscriptions: subscriptionsOf(listeners),
      backlogs: { look },
      parking: { count: (name) => Promise.resolve(name === 'bell' ? 3 : 0) },
      clock,
    });

  it('is what waits in their subscriptions, which some share, and what is parked; of views it asks nothing', async () => {
    const statuses = statusesWith((names) => {
      expect(names).toEqual(['home', 'mail']);
      return Promise.resolve(new Map([['home', { messages: 7, oldest: at }]]));
    });
    expect(await statuses()).toEqual([
      { name: 'lamp', kind: 'subscriber', state: 'live', behind: 7, oldest: at, parked: 0 },
      { name: 'bell', kind: 'subscriber', state: 'live', behind: 7, oldest: at, parked: 3 },
      { name: 'mail', kind: 'subscriber', state: 'missing', behind: 0, oldest: undefined, parked: 0 },
    ]);
  });

  it('is looked up once in five seconds, and again at once where that failed', async () => {
    let now = 0;
    let looks = 0;
    let fails = true;
    const statuses = statusesWith(
      () => {
        looks += 1;
        return fails ? Promise.reject(new Error('away')) : Promise.resolve(new Map());
      },
      { now: () => now },
    );
    await expect(statuses()).rejects.toThrow('away');
    fails = false;
    await Promise.all([statuses(), statuses()]);
    now = 4_999;
    await statuses();
    expect(looks).toBe(2);
    now = 5_000;
    await statuses();
    expect(looks).toBe(3);
  });
});
