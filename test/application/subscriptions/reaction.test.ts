import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cosmosEmailClaims } from '../../../adapters/cosmos/emailClaims.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { createBank } from '../../../application/commands/bank/bank.ts';
import type { Outcome } from '../../../application/commands/commandRequest.ts';
import { messagesOf } from '../../../application/publishing/message.ts';
import { createMessageHandler } from '../../../application/subscriptions/handleMessages.ts';
import { subscriberListener, subscriptionsOf } from '../../../application/subscriptions/listener.ts';
import { createReactions } from '../../../application/subscriptions/reaction.ts';
import { createSubscriberRunner } from '../../../application/subscriptions/runSubscriber.ts';
import { commandTo, defineReaction, type Subscriber } from '../../../application/subscriptions/subscriber.ts';
import { account } from '../../../domain/account/account.ts';
import { customer } from '../../../domain/customer/customer.ts';
import { ownerOf } from '../../../domain/ownership.ts';
import { bankRegistry } from '../../../domain/registry.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import { eur, EUR } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { historyOf } from '../../support/history.ts';
import { nothingAgain, untold } from '../../support/listening.ts';
import { trustingSignatures } from '../../support/signing.ts';

const database = await cosmosForTests();
const eventStore = cosmosEventStore(database.container('events'));
const claims = cosmosEmailClaims(database.container('customer-emails'));
const clock = { now: () => Date.now() };

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

/** An instance of the bank, which has cached nothing. */
const newInstance = (reaction: Subscriber) => {
  const committed: Commit[] = [];
  const parked: string[] = [];
  const bank = createBank({
    ...{ eventStore, history: historyOf(eventStore), claims, ownerOf, clock, meter },
    pause: () => sleep(1),
    onCommitted: (commits) => committed.push(...commits),
  });
  return { bank, committed, parked, deliver: deliveryTo(reaction, bank.execute, parked) };
};
type Execute = Parameters<typeof createReactions>[0]['execute'];
const deliveryTo = (reaction: Subscriber, execute: Execute, parked: string[] = []) => {
  const handle = createMessageHandler({
    registry: bankRegistry,
    feedViews: () => expect.unreachable('There is no view'),
    runSubscriber: createSubscriberRunner({
      stream: () => Promise.resolve(),
      once: () => expect.unreachable('Command ids are memory enough'),
      execute: createReactions({ execute, newId: randomUUID }),
      history: historyOf(eventStore),
      ...nothingAgain,
    }),
    signatures: trustingSignatures,
    parking: { tally: untold, park: (_, { reason }) => Promise.resolve(void parked.push(reason)) },
    clock,
    log: () => undefined,
    pause: () => sleep(1),
    patienceMs: 5_000,
  });
  return async (...commits: readonly Commit[]) => {
    const messages = commits.flatMap(messagesOf).map((body) => ({ messageId: body.id, body }));
    for (const subscription of subscriptionsOf([subscriberListener(reaction)])) await handle(subscription, messages);
  };
};

/** The bank gives everybody who opens an account five euros, in two parts. */
const welcome = defineReaction({
  name: 'welcome',
  follows: [account],
  react: (event) =>
    event.type === 'AccountOpened'
      ? [2_00, 3_00].map((minor) =>
          commandTo(account, event.aggregateId, { type: 'DepositMoney', amount: eur(minor), reference: 'Welcome' }),
        )
      : [],
});

const execute = async (
  bank: ReturnType<typeof createBank>,
  id: string,
  command: Parameters<typeof account.decide>[0],
) => {
  const outcome = await bank.execute(account, id, {
    ...{ command, commandId: `u:${randomUUID()}`, keyed: false, fingerprint: '' },
    ...{ actor: 'test', correlationId: traceId, traceparent },
  });
  if (outcome.outcome !== 'done') throw new Error(`It was not done: ${outcome.outcome}`);
  return outcome.commit;
};
/** A customer's new account, of which no message was delivered yet. */
const openAccount = async (): Promise<Commit> => {
  const { bank } = newInstance(welcome);
  const customerId = randomUUID();
  const email = `${customerId}@example.com`;
  await bank.execute(customer, customerId, {
    command: { type: 'CreateCustomer', firstName: 'Ada', lastName: 'Lovelace', email },
    ...{ commandId: `u:${randomUUID()}`, keyed: false, fingerprint: '' },
    ...{ actor: 'test', correlationId: traceId, traceparent },
  });
  return execute(bank, randomUUID(), { type: 'OpenAccount', customerId, currency: EUR });
};
const commitsOf = async (id: string): Promise<Commit[]> => {
  const commits: Commit[] = [];
  for await (const page of eventStore.readCommits(id, 0)) commits.push(...page);
  return commits;
};
const movesOf = async (id: string) =>
  (await commitsOf(id))
    .flatMap(({ events }) => events.map(({ type }) => type))
    .filter((type) => type !== 'AccountOpened');

describe('a reaction', () => {
  it('has its commands executed in the name of the event', async () => {
    const opening = await openAccount();
    const { deliver, committed } = newInstance(welcome);
    await deliver(opening);
    const [, first, second] = await commitsOf(opening.aggregateId);
    const cause = `${opening.aggregateId}:1`;
    const named = { actor: 'reaction:welcome', correlationId: traceId, causationId: cause };
    expect([first, second]).toMatchObject([
      { ...named, commandId: `r:welcome:${cause}:0`, events: [{ data: { balance: 2_00 } }] },
      { ...named, commandId: `r:welcome:${cause}:1`, events: [{ data: { balance: 5_00 } }] },
    ]);
    // Spans of their own in the event's trace.
    const traces = [opening, first, second].map((commit) => commit?.traceparent ?? '');
    for (const each of traces) expect(each).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(new Set(traces).size).toBe(3);
    expect(committed.map(({ commandId }) => commandId)).toEqual([first?.commandId, second?.commandId]);
  });

  it('has one effect, however often and wherever the event comes', async () => {
    const opening = await openAccount();
    const instances = [newInstance(welcome), newInstance(welcome)];
    await Promise.all(instances.flatMap(({ deliver }) => [deliver(opening), deliver(opening, opening)]));
    const late = newInstance(welcome);
    await late.deliver(opening);
    expect(await movesOf(opening.aggregateId)).toEqual(['MoneyDeposited', 'MoneyDeposited']);
    // The app does not publish again what it executed long ago.
    expect(late.committed).toEqual([]);
  });

  it('keeps the effect that it had, though a later release reacts in another way', async () => {
    const opening = await openAccount();
    await newInstance(welcome).deliver(opening);
    const generous = defineReaction({
      name: 'welcome',
      follows: [account],
      react: ({ type, aggregateId }) =>
        type === 'AccountOpened'
          ? [commandTo(account, aggregateId, { type: 'DepositMoney', amount: eur(100_00) })]
          : [],
    });
    const later = newInstance(generous);
    await later.deliver(opening);
    expect(await movesOf(opening.aggregateId)).toHaveLength(2);
    expect(later.parked).toEqual([]);
  });

  it('does nothing about events of no interest', async () => {
    const opening = await openAccount();
    const { bank, deliver } = newInstance(welcome);
    const deposit = await execute(bank, opening.aggregateId, { type: 'DepositMoney', amount: eur(1) });
    await deliver(deposit);
    expect(await movesOf(opening.aggregateId)).toEqual(['MoneyDeposited']);
  });
});

describe('a message that says something else than its event', () => {
  const forged = (opening: Commit): Commit => ({
    ...opening,
    events: opening.events.map((event) => ({ ...event, data: { ...(event.data as object), currency: 'USD' } })),
  });
  /** Deposits in the currency of the account that was opened. */
  const bonus = defineReaction({
    name: 'bonus',
    follows: [account],
    react: (event) =>
      event.type === 'AccountOpened'
        ? [
            commandTo(account, event.aggregateId, {
              ...{ type: 'DepositMoney', amount: { minor: 1, currency: event.data.currency } },
            }),
          ]
        : [],
  });

  it('moves no other money: a reaction reacts to the event in the store', async () => {
    const opening = await openAccount();
    const { deliver, parked } = newInstance(bonus);
    await deliver(forged(opening));
    const [, deposit] = await commitsOf(opening.aggregateId);
    expect(deposit?.events).toMatchObject([{ data: { amount: { minor: 1, currency: 'EUR' } } }]);
    expect(parked).toEqual([]);
  });

  it('and of which the store has no event is parked', async () => {
    const opening = await openAccount();
    const { deliver, parked } = newInstance(bonus);
    const id = randomUUID();
    await deliver({
      ...opening,
      aggregateId: id,
      events: opening.events.map((event) => ({ ...event, id: `${id}:1` })),
    });
    expect(parked).toEqual([`The event store does not have ${id}:1`]);
    expect(await commitsOf(id)).toEqual([]);
  });
});

describe('a command of a reaction', () => {
  const withdrawing = defineReaction({
    name: 'fee',
    follows: [account],
    react: ({ type, aggregateId }) =>
      type === 'AccountOpened'
        ? [
            commandTo(account, aggregateId, { type: 'WithdrawMoney', amount: eur(1_00) }),
            commandTo(account, aggregateId, { type: 'DepositMoney', amount: eur(1) }),
          ]
        : [],
  });

  it('that is rejected parks the message with its code and no amounts, and ends the reaction', async () => {
    const opening = await openAccount();
    const { bank, deliver, parked } = newInstance(withdrawing);
    await deliver(opening);
    expect(parked).toEqual([`WithdrawMoney to account ${opening.aggregateId} was rejected: InsufficientFunds`]);
    expect(await movesOf(opening.aggregateId)).toEqual([]);

    // Resubmitted after the reason is gone.
    await execute(bank, opening.aggregateId, { type: 'DepositMoney', amount: eur(1_00) });
    await deliver(opening);
    expect(await movesOf(opening.aggregateId)).toEqual(['MoneyDeposited', 'MoneyWithdrawn', 'MoneyDeposited']);
    expect(parked).toHaveLength(1);
  });

  it.each(['contention', 'overloaded'] as const)('that meets %s is executed again', async (outcome) => {
    const opening = await openAccount();
    const { bank } = newInstance(welcome);
    let refusals = 0;
    const ids = new Set<string>();
    const parked: string[] = [];
    const busy: Execute = (aggregate, id, request) => {
      ids.add(request.commandId);
      return (refusals += 1) < 3 ? Promise.resolve<Outcome<never>>({ outcome }) : bank.execute(aggregate, id, request);
    };
    await deliveryTo(welcome, busy, parked)(opening);
    expect(await movesOf(opening.aggregateId)).toHaveLength(2);
    expect(ids.size).toBe(2);
    expect(parked).toEqual([]);
  });
});
