import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { messagesOf } from '../../../application/publishing/message.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import { createMessageHandler } from '../../../application/subscriptions/handleMessages.ts';
import { subscriptionsOf, viewListener } from '../../../application/subscriptions/listener.ts';
import type { Alias } from '../../../application/views/alias.ts';
import { createFeeder } from '../../../application/views/feeder.ts';
import type { Projector } from '../../../application/views/projector.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import { UnknownEvent } from '../../../eventSourcing/event.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { accounts } from '../../../projections/accounts.ts';
import { customers } from '../../../projections/customers.ts';
import { commitOf, created, opened } from '../../support/bank.ts';
import { liveAsCoded } from '../../support/generations.ts';
import { untold } from '../../support/listening.ts';
import { trustingSignatures } from '../../support/signing.ts';

const live = (view: View, missed = false): Alias => ({
  view: view.name,
  subscription: 'views',
  builds: 1,
  generations: [{ version: view.version, build: 1, state: 'live', since: '', missed, passes: 0 }],
});
const one = accounts as unknown as View;
const other = customers as unknown as View;
const building = { version: 99, build: 2, state: 'building', since: '', missed: false, passes: 1 } as const;
/** The view as it is, and a generation that only newer code can feed. */
const raised: Alias = { ...live(one), builds: 2, generations: [building, ...live(one).generations] };

/** How a store that is away fails; why folding stops, by aggregate; an aggregate of which the first view cannot tell the row. */
type Failing = {
  readonly failure?: Error;
  readonly failures?: ReadonlyMap<string, Error>;
  readonly rowless?: string | undefined;
};

/** An instance that knows two views on one subscription; what it does with the aliases and the rows, in order. */
const newHandler = (
  aliases: readonly Alias[],
  isAway: (view: string) => boolean = () => false,
  { failure = new ServiceUnavailable('Its store'), failures = new Map(), rowless }: Failing = {},
) => {
  const steps: string[] = [];
  const parked: string[] = [];
  let now = 0;
  let all = aliases;
  const projector: Projector = {
    apply(generation) {
      if (isAway(generation.name)) return Promise.reject(failure);
      steps.push(`write ${generation.name}`);
      return Promise.resolve({ positions: {}, failures });
    },
    catchUp: () => expect.unreachable('Nobody asks'),
    position: () => expect.unreachable('Nobody asks'),
  };
  const options = {
    clock: { now: () => now },
    log: () => undefined,
    pause: () => Promise.resolve(void (now += 1_000)),
  };
  const handle = createMessageHandler({
    ...options,
    registry: bankRegistry,
    feedViews: createFeeder({
      ...options,
      projector,
      generations: {
        ...liveAsCoded(),
        all: () => (steps.push('aliases'), Promise.resolve(all)),
        change(view, change) {
          const before = all.find((alias) => alias.view === view.name) ?? live(view);
          const after = change(before) ?? before;
          steps.push(`${view.name} ${after.stalled ? 'stalled' : 'resumed'}`);
          all = all.map((alias) => (alias === before ? after : alias));
          return Promise.resolve(after);
        },
        miss(misses) {
          const missed = misses.flatMap(({ view, ids }) => ids.map(({ version }) => `${view}@${version}`));
          if (missed.length > 0) steps.push(`miss ${missed.join()}`);
          return Promise.resolve();
        },
      },
    }),
    runSubscriber: () => expect.unreachable('There is no subscriber'),
    signatures: trustingSignatures,
    parking: { tally: untold, park: (listener) => Promise.resolve(void parked.push(listener)) },
  });
  const first: View = {
    ...one,
    rowOf(event) {
      if (event.aggregateId === rowless) throw new TypeError('bug');
      return one.rowOf(event);
    },
  };
  const [subscription] = subscriptionsOf([viewListener(first, 'views'), viewListener(other, 'views')]);
  if (!subscription) throw new Error('There is a subscription');
  const deliver = (...bodies: unknown[]) =>
    handle(
      subscription,
      bodies.map((body) => ({ messageId: randomUUID(), body })),
    );
  return { deliver, steps, parked, elapsed: () => now };
};
const opening = () => messagesOf(commitOf('account', randomUUID(), 0, [opened()]));

describe('a generation that this program cannot feed', () => {
  it('is marked as having missed the event before the event is written anywhere', async () => {
    const { deliver, steps } = newHandler([raised, live(other)]);
    await deliver(...opening());
    expect(steps).toEqual(['aliases', 'miss accounts@99', 'write accounts', 'write customers']);
  });

  it('is marked, too, where this program has no code at all for its view', async () => {
    const { deliver, steps } = newHandler([live(one), live(other), { ...live(one), view: 'newcomers' }]);
    await deliver(...opening());
    expect(steps).toEqual(['aliases', 'miss newcomers@3', 'write accounts', 'write customers']);
  });

  it('is marked, too, where its alias still names the subscription that fed it in an earlier release', async () => {
    const { deliver, steps } = newHandler([{ ...raised, subscription: 'accounts' }, live(other)]);
    await deliver(...opening());
    expect(steps).toEqual(['aliases', 'miss accounts@99', 'write accounts', 'write customers']);
  });

  it('is not marked where another subscription brings its events', async () => {
    const elsewhere = { ...live(one), view: 'newcomers', subscription: 'newcomers' };
    const { deliver, steps } = newHandler([live(one), live(other), elsewhere]);
    await deliver(...opening());
    expect(steps).toEqual(['aliases', 'write accounts', 'write customers']);
  });

  it.each([
    ['that is rubbish', [{ hello: 'there' }]],
    ['that no generation here follows', messagesOf(commitOf('customer', randomUUID(), 0, [created]))],
  ])('is marked as having missed a message %s', async (_, bodies) => {
    const { deliver, steps } = newHandler([raised, live(other)]);
    await deliver(...bodies);
    expect(steps.slice(0, 2)).toEqual(['aliases', 'miss accounts@99']);
  });
});

describe('an event of newer code', () => {
  const [event] = opening();
  const both = [accounts, customers].map(({ name, version }) => `${name}@${version}`);
  it.each([
    ['of an unknown kind of aggregate', { ...event, aggregate: 'loan' }, both],
    ['of an unknown type', { ...event, type: 'AccountRenamed' }, both],
    ['of a newer schema version', { ...event, schemaversion: 99 }, both],
  ])('%s is no poison: the views that may follow it have missed it', async (_, body, missed) => {
    const { deliver, steps, parked } = newHandler([live(one), live(other)]);
    await deliver(body);
    expect(steps).toEqual(['aliases', `miss ${missed.join()}`]);
    expect(parked).toEqual([]);
  });

  it('is no poison where the event store has it before one that is known', async () => {
    const failures = new Map([[event?.aggregateid ?? '', new UnknownEvent('Unknown event type AccountFrozen')]]);
    const { deliver, steps, parked } = newHandler([live(one), live(other)], () => false, { failures });
    await deliver(event);
    expect(steps).toEqual(expect.arrayContaining(both.map((each) => `miss ${each}`)));
    expect(parked).toEqual([]);
  });

  it('does not concern views that do not follow its aggregates', async () => {
    const [customerEvent] = messagesOf(commitOf('customer', randomUUID(), 0, [created]));
    const { deliver, steps } = newHandler([live(one), live(other)]);
    await deliver({ ...customerEvent, type: 'CustomerMarried' });
    expect(steps).toEqual(['aliases', `miss ${both[1] ?? ''}`]);
  });

  it('whose data does not fit the version that it names is rubbish, and parked', async () => {
    const { deliver, steps, parked } = newHandler([live(one), live(other)]);
    await deliver({ ...event, data: {} });
    expect(steps).toEqual(['aliases']);
    expect(parked).toEqual(['accounts', 'customers']);
  });
});

describe('an event of which a view cannot tell the row', () => {
  it('is parked for that view, which takes the others', async () => {
    const [broken] = opening();
    const { deliver, steps, parked } = newHandler([live(one), live(other)], () => false, {
      rowless: broken?.aggregateid,
    });
    await deliver(broken, ...opening());
    expect(steps).toEqual(['aliases', 'write accounts', 'write customers']);
    expect(parked).toEqual(['accounts']);
  });
});

describe('a view whose store takes no writes', () => {
  it('is set aside once its patience is over, and the others are fed', async () => {
    const { deliver, steps, elapsed } = newHandler([live(one), live(other)], (view) => view === 'accounts');
    await deliver(...opening());
    expect(steps).toEqual(['aliases', 'write customers', 'accounts stalled']);
    expect(elapsed()).toBe(5_000);
  });

  it('is set aside as well where a bug keeps it from writing: the batch does not come again for the others', async () => {
    const failure = new TypeError('bug');
    const { deliver, steps } = newHandler([live(one), live(other)], (view) => view === 'accounts', { failure });
    await deliver(...opening());
    expect(steps).toEqual(['aliases', 'write customers', 'accounts stalled']);
  });

  it('holds no later batch up', async () => {
    const { deliver, steps, elapsed } = newHandler([live(one), live(other)], (view) => view === 'accounts');
    await deliver(...opening());
    const before = elapsed();
    for (let batch = 0; batch < 10; batch += 1) await deliver(...opening());
    expect(elapsed()).toBe(before);
    expect(steps.filter((step) => step === 'write customers')).toHaveLength(11);
  });

  it('is fed again once one of its rows could be written', async () => {
    let isAway = true;
    const { deliver, steps } = newHandler([live(one), live(other)], (view) => isAway && view === 'accounts');
    await deliver(...opening());
    isAway = false;
    await deliver(...opening());
    await expect.poll(() => steps).toContain('accounts resumed');
    steps.splice(0);
    await deliver(...opening(), ...opening());
    expect(steps.filter((step) => step === 'write accounts')).toHaveLength(2);
  });

  it('has missed what its generation under construction was not given', async () => {
    const own = { ...building, version: one.version };
    const alias = { ...live(one), generations: [own, ...live(one).generations] };
    const { deliver, steps } = newHandler([alias, live(other)], (view) => view === 'accounts');
    await deliver(...opening());
    expect(steps).toContain('miss accounts@3');
    steps.splice(0);
    await deliver(...opening());
    expect(steps.slice(0, 2)).toEqual(['aliases', 'miss accounts@3']);
  });
});
