import { describe, expect, it } from 'vitest';
import {
  addresseesOf,
  addressOf,
  subscriberListener,
  subscriptionsOf,
  switchedOn,
  viewListener,
} from '../../../application/subscriptions/listener.ts';
import { defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import { account } from '../../../domain/account/account.ts';
import { customer } from '../../../domain/customer/customer.ts';
import { accounts } from '../../../projections/accounts.ts';
import { topologyOf } from '../../support/topologyOf.ts';

const view = viewListener(accounts);
const listenerOf = (name: string, subscription?: string, follows: readonly (typeof account | typeof customer)[] = []) =>
  subscriberListener(
    defineSubscriber({
      name,
      follows,
      ...(subscription !== undefined && { subscription }),
      handle: () => Promise.resolve(),
    }),
  );
const rulesOf = (subscriptions: ReturnType<typeof subscriptionsOf>) => {
  const { serviceBus } = topologyOf(subscriptions);
  const rules = serviceBus.topics.flatMap((topic) =>
    topic.subscriptions.map(({ name, rules }) => [name, rules] as const),
  );
  return Object.fromEntries(rules);
};

describe('a listener', () => {
  it('has a subscription of its own, named like it, unless it names one that it shares', () => {
    const listeners = [view, listenerOf('lamp', 'home'), listenerOf('doorbell', 'home'), listenerOf('mail')];
    expect(subscriptionsOf(listeners).map(({ name, listeners: own }) => [name, own.map((each) => each.name)])).toEqual([
      ['accounts', ['accounts']],
      ['home', ['lamp', 'doorbell']],
      ['mail', ['mail']],
    ]);
  });

  it.each([
    ['another subscriber', [listenerOf('lamp'), listenerOf('lamp', 'home')]],
    ['a view', [view, listenerOf('accounts', 'home')]],
    ['the relay', [listenerOf('relay')]],
  ])('cannot have the name of %s', (_, listeners) => {
    expect(() => subscriptionsOf(listeners)).toThrow(/is taken/);
  });

  it('cannot share a subscription with the name of a listener that is elsewhere', () => {
    const elsewhere = viewListener(accounts, 'views');
    expect(() => subscriptionsOf([elsewhere, listenerOf('lamp', 'accounts')])).toThrow(/not on it/);
  });

  it.each(['', 'coffee machine', '2fast', 'a/b', 'x'.repeat(51)])('cannot be called "%s"', (name) => {
    expect(() => subscriptionsOf([listenerOf(name)])).toThrow(/cannot name/);
  });
});

describe('a switched listener', () => {
  const lamp = { ...listenerOf('lamp'), switched: true as const };
  const names = (named: string[]) => switchedOn([view, lamp], named).map(({ name }) => name);

  it('is on where it is named, as all others always are', () => {
    expect(names([])).toEqual(['accounts']);
    expect(names(['lamp'])).toEqual(['accounts', 'lamp']);
  });

  it('has a subscription that the topology marks', () => {
    const [topic] = topologyOf(subscriptionsOf([view, lamp])).serviceBus.topics;
    expect(topic?.subscriptions.map(({ switched }) => switched)).toEqual([undefined, true]);
  });

  it.each([
    ['one that it names', [{ ...listenerOf('lamp', 'home'), switched: true as const }]],
    ['its own', [lamp, listenerOf('doorbell', 'lamp')]],
  ])('cannot share a subscription: %s', (_, listeners) =>
    expect(() => subscriptionsOf(listeners)).toThrow(/subscription of its own/),
  );
});

describe('a listener with bounds', () => {
  const large = { ...listenerOf('large', undefined, [account]), types: ['MoneyDeposited'], above: { amountMinor: 99 } };

  it('has a rule that lets through only what exceeds them', () =>
    expect(rulesOf(subscriptionsOf([large])).large?.[0]).toEqual({
      name: '$Default',
      sql: "aggregate = 'account' AND type = 'MoneyDeposited' AND amountMinor > 99",
    }));

  it('cannot share a subscription', () =>
    expect(() => subscriptionsOf([large, listenerOf('doorbell', 'large')])).toThrow(/subscription of its own/));
});

describe('the rules of a shared subscription', () => {
  it('take each aggregate that a listener follows once, and copies that are for the subscription', () => {
    const subscriptions = subscriptionsOf([
      listenerOf('lamp', 'home', [account]),
      listenerOf('doorbell', 'home', [customer, account]),
    ]);
    expect(rulesOf(subscriptions)).toEqual({
      home: [
        { name: '$Default', properties: { aggregate: 'account' } },
        { name: 'customer', properties: { aggregate: 'customer' } },
        { name: 'deliverTo', properties: { deliverTo: 'home' } },
      ],
    });
  });
});

describe('operators', () => {
  const listeners = [view, listenerOf('lamp', 'home'), listenerOf('doorbell', 'home')];

  it('send messages again to a listener by its name, wherever it listens', () => {
    expect(addressOf(listeners, 'accounts')).toEqual({ subscription: 'accounts', listener: 'accounts' });
    expect(addressOf(listeners, 'lamp')).toEqual({ subscription: 'home', listener: 'lamp' });
  });

  it('send them to all who share a subscription that is not the app', () => {
    expect(addressOf(listeners, 'subscription:statements')).toEqual({ subscription: 'statements' });
    expect(addresseesOf(listeners, ['accounts', 'home', 'statements'])).toEqual([
      ...['accounts', 'lamp', 'doorbell', 'subscription:home', 'subscription:statements'],
    ]);
  });
});
