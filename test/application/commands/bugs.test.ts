import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { commandHandler } from '../../../application/commands/commandHandler.ts';
import { account } from '../../../domain/account/account.ts';
import { accountHandlers, deposit, open } from '../../support/accountHandlers.ts';
import { eur } from '../../support/bank.ts';
import { keyed } from '../../support/commandRequest.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const store = cosmosEventStore(database.container('events'));
const { commitsOf } = accountHandlers(store);

/** Rules with a bug for a deposit of 13 cents. */
const handlerOf = (bug: Partial<typeof account>) =>
  commandHandler(
    { ...account, ...bug },
    {
      ...{ eventStore: store, clock: { now: () => Date.now() }, meter },
      ...{ pause: () => Promise.resolve(), onCommitted: () => undefined },
    },
  ).handle;

const isThirteen = (command: { readonly type: string; readonly amount?: { readonly minor: number } }): boolean =>
  command.amount?.minor === 13;

const bugs: readonly (readonly [what: string, message: string, bug: Partial<typeof account>])[] = [
  [
    'a decision that throws',
    'Thirteen',
    {
      decide(command, state, at) {
        if (isThirteen(command as never)) throw new Error('Thirteen');
        return account.decide(command, state, at);
      },
    },
  ],
  [
    'a fold that throws',
    'Thirteen',
    {
      evolve(state, event, version, at) {
        if (isThirteen(event.data as never)) throw new Error('Thirteen');
        return account.evolve(state, event, version, at);
      },
    },
  ],
  [
    'an event that does not fit its schema',
    'Data of MoneyDeposited does not fit its schema: balance: ',
    {
      decide(command, state, at) {
        const decision = account.decide(command, state, at);
        if (!isThirteen(command as never) || !decision.accepted) return decision;
        const broken = { type: 'MoneyDeposited', data: { customerId: 'c', amount: eur(13), balance: 0.5 } } as const;
        return { accepted: true, events: [broken] };
      },
    },
  ],
  [
    'a state that does not fit its schema',
    'The state of an account does not fit its schema: balance: ',
    {
      evolve(state, event, version, at) {
        const next = account.evolve(state, event, version, at);
        return isThirteen(event.data as never) ? ({ ...next, balance: 'much' } as never) : next;
      },
    },
  ],
];

describe.each(bugs)('%s', (_, message, bug) => {
  it('fails its command alone, and nothing of it is stored', async () => {
    const [id, handle] = [randomUUID(), handlerOf(bug)];
    await handle(id, open());
    // The first goes alone; the others are the group behind it.
    const [before, ...group] = await Promise.allSettled([1, 2, 13, 3].map((minor) => handle(id, deposit(minor))));
    expect(before).toMatchObject({ value: { outcome: 'done' } });
    expect(group).toMatchObject([
      { value: { outcome: 'done' } },
      { status: 'rejected', reason: { name: 'Error', message: expect.stringContaining(message) as string } },
      { value: { outcome: 'done' } },
    ]);
    expect(await handle(id, deposit(4))).toMatchObject({ outcome: 'done' });
    expect((await commitsOf(id)).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not fail the repeat of a command that was committed before', async () => {
    const [id, former] = [randomUUID(), handlerOf({})];
    await former(id, open());
    const command = deposit(13, keyed('a'));
    await former(id, command);
    expect(await handlerOf(bug)(id, command)).toMatchObject({ outcome: 'done', commit: { version: 2 } });
  });
});
