import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '../../../../adapters/cosmos/client/database.ts';
import { cosmosEventStore } from '../../../../adapters/cosmos/eventStore.ts';
import { meter } from '../../../../adapters/telemetry/meter.ts';
import { createBank } from '../../../../application/commands/bank/bank.ts';
import { endCommandId } from '../../../../application/commands/bank/settleTransfer.ts';
import { ServiceUnavailable } from '../../../../application/serviceUnavailable.ts';
import { account } from '../../../../domain/account/account.ts';
import type { AccountCommand } from '../../../../domain/account/commands.ts';
import { ownerOf } from '../../../../domain/ownership.ts';
import { postingsOf } from '../../../../domain/postings.ts';
import { bankEventsOf } from '../../../../domain/registry.ts';
import { eventId, type Commit } from '../../../../eventSourcing/commit.ts';
import { faultsAt } from '../../../../local/faults/client.ts';
import type { FaultRule } from '../../../../local/faults/faultRules.ts';
import { commitOf, deposited, opened } from '../../../support/bank.ts';
import { keyed, requestFor } from '../../../support/commandRequest.ts';
import { provisionedCosmos } from '../../../support/cosmos.ts';
import { historyOf } from '../../../support/history.ts';
import { memoryEmailClaims } from '../../../support/memoryBank.ts';
import {
  agree,
  answerOf,
  beginning,
  commandOf,
  common,
  isPossible,
  nth,
  planned,
  sightOf,
  stepOf,
  type Common,
  type Planned,
} from '../../../support/plannedCommands.ts';
import { newlyOpened, reckon, settle, type ReckonedAccount } from '../../../support/reckonedBank.ts';
import topology from '../../../../infra/topology.json' with { type: 'json' };

const connectionString = await provisionedCosmos();
const database = openDatabase({ connectionString }, topology.cosmos);
afterAll(() => database.close());
const store = cosmosEventStore(database.container('events'));
const faults = faultsAt(Number(/:(\d+)\//.exec(connectionString)?.[1]));

/** How far the clock of the second instance is behind. */
const behindMs = 5_000;

const instance = (now: () => number) =>
  createBank({
    ...{ eventStore: store, history: historyOf(store), claims: memoryEmailClaims(), ownerOf, meter },
    ...{ clock: { now }, pause: () => Promise.resolve(), onCommitted: () => undefined },
  });

/** Two instances of the app on one store, and three accounts; what they carried out. */
const newBank = async () => {
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  const events = [opened(), deposited(beginning, beginning)];
  for (const id of ids) await store.append([commitOf('account', id, 0, events)], { state: {}, stateVersion: 99 });
  const time = { now: Date.UTC(2026, 0, 2) };
  const clocks = [() => time.now, () => time.now - behindMs];
  const done: { readonly request: Request; readonly commit: Commit }[] = [];
  return { ids, time, clocks, instances: clocks.map(instance), done };
};
type Bank = Awaited<ReturnType<typeof newBank>>;
type Accounts = ReckonedAccount[];
type Program = fc.AsyncCommand<Accounts, Bank>;

type Request = { readonly id: string; readonly command: AccountCommand; readonly key: string };

/** Asks until there is an answer, each time the other instance, as a caller with a key does. */
const ask = async ({ instances, clocks }: Bank, first: number, { id, command, key }: Request) => {
  for (let attempt = first; attempt < 40; attempt += 1) {
    const index = attempt % instances.length;
    const outcome = await instances[index]?.execute(account, id, requestFor(command, keyed(key))).catch(asUndefined);
    if (!outcome || outcome.outcome === 'contention') continue;
    return { outcome, clock: clocks[index]?.() ?? 0 };
  }
  throw new Error(`Nobody answers ${JSON.stringify(command)}`);
};
const asUndefined = (error: unknown): undefined => {
  if (!(error instanceof ServiceUnavailable)) throw error;
};

/** What may go wrong with the requests of a command: the same seed picks the same ones. */
const trouble = (seed: number): FaultRule[] => [
  ...[408, 429, 449, 503].map((status, index) => ({
    ...{ share: 0.08, times: 2, seed: seed + index },
    fault: { kind: 'answer' as const, status, retryAfterMs: 1 },
  })),
  { on: { operation: ['bulk', 'batch'] }, share: 0.2, seed: seed + 4, fault: { kind: 'drop', when: 'after' } },
];
const inTrouble = async <Result>(seed: number, work: () => Promise<Result>): Promise<Result> => {
  await faults.inject(trouble(seed));
  try {
    return await work();
  } finally {
    await faults.clear();
  }
};

/** Commands at the same time: some order of them explains all their answers. */
const atOnce = (plans: readonly Planned[], { seed, afterMs }: Common): Program => ({
  check: (accounts) => plans.every((plan) => isPossible(accounts, plan)),
  async run(accounts, bank) {
    bank.time.now += afterMs;
    const replies = await inTrouble(seed, () =>
      Promise.all(
        plans.map(async (plan) => {
          const step = stepOf(accounts, plan, bank.time.now);
          const request = { id: bank.ids[step.on] ?? '', command: commandOf(step, bank.ids), key: randomUUID() };
          const reply = await ask(bank, plan.first, request);
          const { outcome } = reply;
          if (outcome.outcome === 'done') bank.done.push({ request, commit: outcome.commit });
          return { step, answer: answerOf(reply), sight: sightOf(reply) };
        }),
      ),
    );
    const orders = [replies, replies.toReversed()].map((order) => {
      const after: Accounts = structuredClone(accounts);
      return {
        after,
        real: order.map(({ answer }) => answer),
        model: order.map(({ step, sight }) => reckon(after, step, sight)),
      };
    });
    const explained = orders.find(({ real, model }) => real.every((answer, index) => agree(answer, model[index])));
    if (explained) return void accounts.splice(0, accounts.length, ...explained.after);
    expect(orders[0]?.model).toMatchObject(orders[0]?.real ?? []);
  },
  toString: () => JSON.stringify({ seed, afterMs, plans }),
});

/** Brings a transfer to its end, perhaps not for the first time. */
const settling = (on: number, pick: number, first: number, { seed, afterMs }: Common): Program => ({
  check: (accounts) => (accounts[on]?.sent.length ?? 0) > 0,
  async run(accounts, bank) {
    bank.time.now += afterMs;
    const transfer = nth(accounts[on]?.sent ?? [], pick) ?? 0;
    await inTrouble(seed, () => askForEnd(bank, on, transfer, first));
    await reckonEnd(accounts, bank, on, transfer);
  },
  toString: () => JSON.stringify({ seed, afterMs, settle: { on, pick, first } }),
});
const askForEnd = async (bank: Bank, on: number, transfer: number, first: number) => {
  const command = { type: 'SettleTransfer', transfer } as const;
  const { outcome } = await ask(bank, first, { id: bank.ids[on] ?? '', command, key: randomUUID() });
  expect(outcome.outcome).toBe('done');
};
const reckonEnd = async (accounts: Accounts, { ids }: Bank, on: number, transfer: number) => {
  const from = accounts[on];
  const open = from?.transit.get(transfer);
  if (!from || !open) return;
  const to = accounts[open.to];
  const transferId = eventId(ids[on] ?? '', transfer);
  const verdict = await store.findCommit(ids[open.to] ?? '', `t:${transferId}`);
  const end = await store.findCommit(ids[on] ?? '', endCommandId(transferId));
  if (!to || !verdict || !end) throw new Error(`${transferId} has no end`);
  settle(from, to, transfer, { verdict: Date.parse(verdict.occurredAt), end: Date.parse(end.occurredAt) });
  expect([verdict.version, end.version]).toEqual([to.version, from.version]);
};

/** Whoever asks the same again with its key, whatever happened since, is answered the same. */
const again = (pick: number, first: number, { seed, afterMs }: Common): Program => ({
  check: () => true,
  async run(_, bank) {
    bank.time.now += afterMs;
    const former = nth(bank.done, pick);
    if (former) await inTrouble(seed, () => expectSame(bank, former, first));
  },
  toString: () => JSON.stringify({ seed, afterMs, again: { pick, first } }),
});
const expectSame = async (bank: Bank, { request, commit }: Bank['done'][number], first: number) => {
  const { outcome } = await ask(bank, first, request);
  expect(outcome).toEqual({ outcome: 'done', commit, replayed: true });
};

/** Settles what is on its way, and compares the store with the accounts, and the books with each other. */
const conclude = async (accounts: Accounts, bank: Bank) => {
  for (const [on, { transit }] of accounts.entries()) {
    for (const transfer of [...transit.keys()]) {
      await askForEnd(bank, on, transfer, on);
      await reckonEnd(accounts, bank, on, transfer);
    }
  }
  const books = { cash: 0n, customers: 0n, inTransit: 0n, exchange: 0n };
  for (const [index, id] of bank.ids.entries()) {
    const { status, version, balance, holds } = accounts[index] ?? newlyOpened(0, 0);
    const open = [...holds].map(([placed, { minor, expiresAt }]) => [placed, minor, expiresAt]);
    const stored = await store.loadNewest(id);
    if (version > 2) expect(stored).toMatchObject({ version, state: { status, balance, holds: open, transfers: [] } });
    for await (const commits of store.readCommits(id, 0)) {
      for (const { account: name, side, amount } of commits.flatMap(bankEventsOf).flatMap(postingsOf)) {
        books[name] += side === 'credit' ? BigInt(amount.minor) : -BigInt(amount.minor);
      }
    }
  }
  const customers = accounts.reduce((total, { balance }) => total + BigInt(balance), 0n);
  expect(books).toEqual({ cash: -customers, customers, inTransit: 0n, exchange: 0n });
  const fresh = { ...bank, instances: [instance(() => bank.time.now)] };
  await Promise.all(bank.done.map((each) => expectSame(fresh, each, 0)));
};

it('programs of every command, on two instances, whatever Cosmos DB does: as reckoned with a pencil', async () => {
  const plans = fc.array(planned, { minLength: 1, maxLength: 2 });
  const commands = fc.tuple(plans, common).map((each) => atOnce(...each));
  const programs = fc.commands(
    [
      ...Array.from({ length: 4 }, () => commands),
      fc.tuple(fc.nat(2), fc.nat(5), fc.nat(1), common).map((each) => settling(...each)),
      fc.tuple(fc.nat(20), fc.nat(1), common).map((each) => again(...each)),
    ],
    { maxCommands: 50, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      const bank = await newBank();
      const accounts = bank.ids.map(() => newlyOpened(Date.UTC(2026, 0, 1), beginning));
      await fc.asyncModelRun(() => ({ model: accounts, real: bank }), program);
      await conclude(accounts, bank);
    }),
    { numRuns: 15 },
  );
});
