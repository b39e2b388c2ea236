import { randomUUID } from 'node:crypto';
import { meter } from '../../adapters/telemetry/meter.ts';
import type { Clock } from '../../application/clock.ts';
import { commandHandler } from '../../application/commands/commandHandler.ts';
import type { AppendResult, EventStore } from '../../application/eventStore.ts';
import { account } from '../../domain/account/account.ts';
import type { AccountCommand } from '../../domain/account/commands.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { EUR, eur } from './bank.ts';
import { requestFor, type RequestFields } from './commandRequest.ts';

export const open = (fields?: RequestFields) =>
  requestFor<AccountCommand>({ type: 'OpenAccount', customerId: 'c', currency: EUR }, fields);
export const deposit = (minor: number, fields?: RequestFields) =>
  requestFor<AccountCommand>({ type: 'DepositMoney', amount: eur(minor) }, fields);
export const withdraw = (minor: number, fields?: RequestFields) =>
  requestFor<AccountCommand>({ type: 'WithdrawMoney', amount: eur(minor) }, fields);

/** Instances of the app that execute the commands of accounts on one event store. */
export const accountHandlers = (store: EventStore) => {
  /** A handler as one instance of the app has it, with its own cache, and what it committed. */
  const instance = (eventStore: EventStore = store, clock: Clock = { now: () => Date.now() }) => {
    const committed: Commit[] = [];
    const pauses: number[] = [];
    const { handle, known } = commandHandler(account, {
      eventStore,
      clock,
      meter,
      pause: (attempt) => Promise.resolve(void pauses.push(attempt)),
      onCommitted: (commits) => committed.push(...commits),
    });
    return { handle, known, committed, pauses };
  };
  /** The store, with another answer for some calls. */
  const storeWith = (changes: Partial<EventStore>): EventStore => ({ ...store, ...changes });

  /** The store, with another answer to appends; `count` is 1 for the first, and `write` has the store do it. */
  const appending = (
    append: (count: number, write: () => Promise<AppendResult>) => Promise<AppendResult>,
  ): EventStore => {
    let count = 0;
    return storeWith({ append: (...args) => append((count += 1), () => store.append(...args)) });
  };
  const commitsOf = async (id: string): Promise<readonly Commit[]> => {
    const commits: Commit[] = [];
    for await (const page of store.readCommits(id, 0)) commits.push(...page);
    return commits;
  };
  /** A new account's id. */
  const opening = async (balance = 0): Promise<string> => {
    const id = randomUUID();
    const { handle } = instance();
    await handle(id, open());
    if (balance > 0) await handle(id, deposit(balance));
    return id;
  };
  return { instance, storeWith, appending, commitsOf, opening };
};
