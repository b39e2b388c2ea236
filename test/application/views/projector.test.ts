import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosSearches } from '../../../adapters/cosmos/views/searches.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { viewHandler } from '../../support/listening.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { Rows } from '../../../application/views/ports.ts';
import { createProjector, FoldFailed } from '../../../application/views/projector.ts';
import { messagesOf, readMessage } from '../../../application/publishing/message.ts';
import { bankEventsOf, bankRegistry } from '../../../domain/registry.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import type { Generation, View } from '../../../eventSourcing/view.ts';
import { accounts as accountsView } from '../../../projections/accounts.ts';
import { customers as customersView } from '../../../projections/customers.ts';
import { dailyTotals as dailyTotalsView } from '../../../projections/dailyTotals.ts';
import { views } from '../../../projections/registry.ts';
import { transactions as transactionsView } from '../../../projections/transactions.ts';
import { commitOf, created, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { firstBuild, liveAsCoded } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const store = cosmosEventStore(containerOf('events'));
const history = historyOf(store);
const rows = cosmosRows(containerOf);
const searches = cosmosSearches(containerOf);
const accounts = firstBuild(accountsView);
const customers = firstBuild(customersView);
const dailyTotals = firstBuild(dailyTotalsView);
const transactions = firstBuild(transactionsView);

const pause = (attempt: number) => sleep(attempt * Math.random());
const projector = createProjector(rows, history, pause);
const handlerOf = (own: ReturnType<typeof createProjector> = projector, patienceMs = 0) =>
  viewHandler({
    projector: own,
    generations: liveAsCoded(),
    parking: cosmosParking(containerOf('parked'), { now: () => Date.now() }),
    clock: { now: () => Date.now() },
    log: () => undefined,
    pause,
    patienceMs,
    aheadPatienceMs: 0,
  });
const handle = handlerOf();

const append = async (commits: readonly Commit[]) => {
  for (const commit of commits) {
    const { outcome } = await store.append([commit], { state: {}, stateVersion: 1 });
    if (outcome !== 'appended') throw new Error(outcome);
  }
};
/** Its rows are the versions that were folded into them. */
const foldedVersions: Generation<number[], { version: number }> = {
  name: 'transactions',
  version: 88,
  build: 1,
  follows: ['account'],
  rowOf: ({ aggregateId }) => aggregateId,
  row: z.array(z.int()),
  evolve: (row = [], { version }) => [...row, version],
  entry: z.object({ version: z.int() }),
  entriesOf: ({ version }) => [{ key: `v${version}`, entry: { version } }],
};
const entriesOf = async <Entry>(generation: Generation<unknown, Entry>, key: string) =>
  (
    await searches.entries(generation, key, {
      orderBy: [['entry.version', 'descending']],
      after: undefined,
      limit: 300,
    })
  ).items;
/** A customer with two accounts, whose events are stored. */
const newBank = async () => {
  const [c, a, b] = [randomUUID(), randomUUID(), randomUUID()];
  const money = (id: string) => [
    commitOf('account', id, 0, [opened(c)]),
    commitOf('account', id, 1, [deposited(1, 1, c), deposited(2, 3, c)]),
    commitOf('account', id, 3, [deposited(4, 7, c)]),
  ];
  const streams = [[commitOf('customer', c, 0, [created])], money(a), money(b)];
  for (const stream of streams) await append(stream);
  return { c, a, b, messages: streams.flat().flatMap(messagesOf) };
};
const received = (messages: ReturnType<typeof messagesOf>) =>
  messages.map((event) => ({ messageId: event.id, body: JSON.parse(JSON.stringify(event)) as unknown }));
const followedBy = (view: View, messages: ReturnType<typeof messagesOf>) =>
  messages.filter(({ aggregate }) => view.follows.includes(aggregate));
const parkedFor = async (id: string) => {
  const query = {
    query: 'SELECT * FROM c WHERE STARTSWITH(c.messageId, @id)',
    parameters: [{ name: '@id', value: id }],
  };
  return (await containerOf('parked').items.query<{ reason: string; messageId: string }>(query).fetchAll()).resources;
};

const rowsOf = async ({ c, a, b }: { c: string; a: string; b: string }) => ({
  customer: await rows.load(customers, c).then((stored) => stored && { ...stored, etag: '' }),
  accounts: await Promise.all([a, b].map((id) => rows.load(accounts, id).then((stored) => stored?.row))),
  transactions: await Promise.all([a, b].map((id) => entriesOf(transactions, id))),
});
const expectComplete = async (ids: { c: string; a: string; b: string }) => {
  const rows = await rowsOf(ids);
  expect(rows.customer).toMatchObject({
    positions: { [ids.c]: 1, [ids.a]: 4, [ids.b]: 4 },
    row: { accounts: { [ids.a]: { balance: 7, version: 4 }, [ids.b]: { balance: 7, version: 4 } } },
  });
  expect(rows.accounts).toMatchObject([{ balance: 7 }, { balance: 7 }]);
  expect(rows.transactions.map((lines) => lines.map((line) => 'version' in line && line.version))).toEqual([
    [4, 3, 2],
    [4, 3, 2],
  ]);
};

describe('rows', () => {
  it('are right when many instances work on them at the same moment', async () => {
    const { messages, ...ids } = await newBank();
    await Promise.all(
      views.flatMap((view) =>
        followedBy(view, messages).flatMap((message) =>
          [1, 2].map(() => handlerOf(undefined, 10_000)(view, received([message]))),
        ),
      ),
    );
    await expectComplete(ids);
  });

  it('are written once for a batch, whatever aggregates its messages are of', async () => {
    const { messages, ...ids } = await newBank();
    let writes = 0;
    const counting: Rows = { ...rows, store: (...args) => ((writes += 1), rows.store(...args)) };
    const handleCounted = handlerOf(createProjector(counting, history, pause));
    for (const view of views) await handleCounted(view, received(followedBy(view, messages)));
    await expectComplete(ids);
    const written = views.flatMap((view) => [
      ...new Set(followedBy(view, messages).map((event) => view.rowOf(readMessage(bankRegistry, event)))),
    ]);
    expect(writes).toBe(written.length);
  });

  it('are caught up from the event store', async () => {
    const { c, a } = await newBank();
    await projector.catchUp(accounts, a, a, 3);
    expect(await rows.load(accounts, a)).toMatchObject({ positions: { [a]: 4 }, row: { balance: 7 } });
    await projector.catchUp(customers, c, a, 1);
    expect(await rows.load(customers, c)).toMatchObject({ row: { customer: null } });
  });

  it('of a long history are caught up in pieces, by several at the same moment', async () => {
    const id = randomUUID();
    await append(
      Array.from({ length: 250 }, (_, n) => commitOf('account', id, n, [n === 0 ? opened() : deposited(1, n)])),
    );
    await Promise.all(Array.from({ length: 8 }, () => projector.catchUp(transactions, id, id, 250)));
    expect(await entriesOf(transactions, id)).toHaveLength(249);
  });

  it('are caught up from the middle of a commit, each event once', async () => {
    const id = randomUUID();
    const commit = commitOf('account', id, 0, [opened(), deposited(1, 1), deposited(1, 2), deposited(1, 3)]);
    await append([commit]);
    await projector.apply(foldedVersions, id, bankEventsOf(commit).slice(0, 2));
    await projector.catchUp(foldedVersions, id, id, 4);
    expect(await rows.load(foldedVersions, id)).toMatchObject({ row: [1, 2, 3, 4], positions: { [id]: 4 } });
  });

  it('are caught up over more events than fit into one write, though their commits would', async () => {
    const id = randomUUID();
    const numbers = Array.from({ length: 180 }, (_, n) => n + 1);
    const all = numbers.map((n) => (n === 1 ? opened() : deposited(1, n - 1)));
    await append(Array.from({ length: 60 }, (_, n) => commitOf('account', id, 3 * n, all.slice(3 * n, 3 * n + 3))));
    await projector.catchUp(foldedVersions, id, id, 180);
    expect(await rows.load(foldedVersions, id)).toMatchObject({ row: numbers, positions: { [id]: 180 } });
    expect(await entriesOf(foldedVersions, id)).toHaveLength(180);
  });

  it('fold no event of another row', async () => {
    const { a, b } = await newBank();
    await expect(projector.catchUp(accounts, b, a, 1)).rejects.toThrow(FoldFailed);
    expect(await rows.load(accounts, b)).toBeUndefined();
  });

  it('are right where another instance has moved on: what is kept of them only spares reads', async () => {
    const { messages, ...ids } = await newBank();
    let loads = 0;
    const counting: Rows = { ...rows, load: (...args) => ((loads += 1), rows.load(...args)) };
    const [first, second] = [createProjector(counting, history, pause), createProjector(rows, history, pause)];
    const followed = followedBy(accounts, messages).filter(({ aggregateid }) => aggregateid === ids.a);
    const turns = [first, first, second, first];
    for (const [index, message] of followed.entries()) {
      await handlerOf(turns[index])(accounts, received([message]));
    }
    expect(await rows.load(accounts, ids.a)).toMatchObject({ row: { balance: 7 }, positions: { [ids.a]: 4 } });
    // Once for the first message, and once when it met what the other one had written.
    expect(loads).toBe(2);
  });

  it('that were removed behind the app are made again by whoever finds them missing', async () => {
    const { messages, ...ids } = await newBank();
    await handle(accounts, received(followedBy(accounts, messages)));
    await containerOf('accounts').item('row', `accounts@3.1:${ids.a}`).delete();
    await projector.catchUp(accounts, ids.a, ids.a, 4);
    expect(await rows.load(accounts, ids.a)).toMatchObject({ row: { balance: 7 }, positions: { [ids.a]: 4 } });
  });

  it('are worked on side by side, a hundred at once', async () => {
    const messages = Array.from({ length: 140 }, () => commitOf('account', randomUUID(), 0, [opened()])).flatMap(
      messagesOf,
    );
    let [underWay, most] = [0, 0];
    const counting: Rows = {
      ...rows,
      async load(...args) {
        most = Math.max(most, (underWay += 1));
        try {
          return await rows.load(...args);
        } finally {
          underWay -= 1;
        }
      },
    };
    await handlerOf(createProjector(counting, history, pause))(accounts, received(messages));
    expect(most).toBe(100);
  });
});

describe('a message', () => {
  it('that no view can read is parked, once, with its reason, and holds nobody up', async () => {
    const { messages, ...ids } = await newBank();
    const rubbish = { messageId: `${ids.a}:rubbish`, body: { specversion: '1.0', type: 'Nothing' } };
    for (const view of views) {
      const good = received(followedBy(view, messages));
      await handle(view, [...good.slice(0, 2), rubbish, ...good.slice(2), rubbish]);
    }
    await expectComplete(ids);
    const parked = await parkedFor(ids.a);
    expect(parked).toHaveLength(views.length);
    expect(parked[0]?.reason).toMatch(/Not an event of this bank/);
  });

  it('that cannot be folded is parked, and other aggregates of the same row go on', async () => {
    const { messages, c, a, b } = await newBank();
    const failing: Generation = {
      ...(customers as Generation),
      version: 77,
      evolve(row, event) {
        if (event.id === `${a}:3`) throw new Error('no');
        return (customers as Generation).evolve(row, event);
      },
    };
    await handle(failing, received(messages));
    expect(await rows.load(failing, c)).toMatchObject({ positions: { [c]: 1, [a]: 2, [b]: 4 } });
    expect((await parkedFor(a))[0]?.reason).toMatch(/cannot fold MoneyDeposited/);
    expect(await parkedFor(b)).toEqual([]);
  });

  it.each([accounts, transactions, dailyTotals] as unknown as Generation[])(
    'of an aggregate that $name does not follow is passed over, as one that was replayed to it may be',
    async (view) => {
      const { c, a, messages } = await newBank();
      await handle(view, received(messages));
      expect(await parkedFor(c)).toEqual([]);
      expect(await rows.load(view, c)).toBeUndefined();
      expect((await rows.load(view, a))?.positions).toEqual({ [a]: 4 });
    },
  );

  it('of an event that the event store does not have is parked, and holds nobody up', async () => {
    const { messages, ...ids } = await newBank();
    const id = randomUUID();
    const [, second] = messagesOf(commitOf('account', id, 0, [opened(), deposited(1, 1)]));
    if (!second) throw new Error('There are two messages');
    for (const view of views) {
      await handle(view, received([second, ...followedBy(view, messages)]));
    }
    await expectComplete(ids);
    expect((await parkedFor(id)).map(({ reason }) => reason)).toEqual(
      views
        .filter(({ follows }) => follows.includes('account'))
        .map(() => `The event store does not have version 1 of ${id}`),
    );
  });

  it('is not parked when the store of its view stays away', async () => {
    const { messages, ...ids } = await newBank();
    const away: Rows = { ...rows, load: () => Promise.reject(new ServiceUnavailable('Cosmos DB')) };
    const handleThen = handlerOf(createProjector(away, history, pause));
    await handleThen(accounts, received(followedBy(accounts, messages)));
    expect(await parkedFor(ids.a)).toEqual([]);
  });

  it('is tried again while a service is away, and parks nothing', async () => {
    const { messages, ...ids } = await newBank();
    let failures = 3;
    const flaky: Rows = {
      ...rows,
      load: (...args) => (failures-- > 0 ? Promise.reject(new ServiceUnavailable('Cosmos DB')) : rows.load(...args)),
    };
    const patient = handlerOf(createProjector(flaky, history, pause), 10_000);
    for (const view of views) await patient(view, received(followedBy(view, messages)));
    await expectComplete(ids);
    expect(await parkedFor(ids.a)).toEqual([]);
  });

  it('that was folded is not parked with one that cannot be', async () => {
    const { messages, a } = await newBank();
    const own = messages.filter(({ aggregateid }) => aggregateid === a);
    const [first] = own;
    if (!first) throw new Error('There are messages');
    const ahead = { ...first, id: `${a}:99`, aggregateversion: 99 };
    await handle(accounts, received([...own, ahead]));
    expect((await parkedFor(a)).map(({ messageId }) => messageId)).toEqual([`${a}:99`]);
  });

  it('of a row that cannot be read is parked', async () => {
    const { messages, a } = await newBank();
    const item = { id: 'row', partition: `accounts@3.1:${a}`, positions: {}, row: { of: 'newer code' } };
    await containerOf('accounts').items.create(item);
    await handle(accounts, received(messages.filter(({ aggregateid }) => aggregateid === a)));
    expect(await parkedFor(a)).toHaveLength(4);
    expect((await parkedFor(a))[0]?.reason).toMatch(/does not fit its schema/);
  });

  it('of an event whose commit is at hand needs no event store', async () => {
    const id = randomUUID();
    const events = bankEventsOf(commitOf('account', id, 0, [opened(), deposited(1, 1)]));
    await projector.apply(accounts, id, events.toReversed());
    expect(await rows.load(accounts, id)).toMatchObject({ positions: { [id]: 2 } });
  });
});
