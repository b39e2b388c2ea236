import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosFeedPages } from '../../../adapters/cosmos/feedPages.ts';
import { cosmosEntryPages } from '../../../adapters/cosmos/views/entryPages.ts';
import { partitionOf } from '../../../adapters/cosmos/views/rowItem.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { meter } from '../../../adapters/telemetry/meter.ts';
import type { Breach, Invariant } from '../../../application/invariants/invariants.ts';
import { createProjector } from '../../../application/views/projector.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import { bankInvariants } from '../../../functions/compose/invariants.ts';
import { generationName } from '../../../eventSourcing/view.ts';
import { accounts } from '../../../projections/accounts.ts';
import { dailyTotals } from '../../../projections/dailyTotals.ts';
import { eur } from '../../support/bank.ts';
import { accountHandlers, deposit, open } from '../../support/accountHandlers.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { transfersIn } from '../../support/e2eTransfers.ts';
import { firstBuild, liveAsCoded } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const eventStore = cosmosEventStore(containerOf('events'));
const rows = cosmosRows(containerOf);
const projector = createProjector(rows, historyOf(eventStore), () => Promise.resolve());
const { handle } = accountHandlers(eventStore).instance();
const { transfer } = transfersIn(database);

const [debitsEqualCredits, ledgerEqualsBalances, receivedWasSent] = bankInvariants({
  stores: {
    ...{ eventStore, rows, entryPages: cosmosEntryPages(containerOf) },
    feedPages: cosmosFeedPages(containerOf('events')),
  },
  generations: liveAsCoded(),
  clock: { now: () => Date.now() },
}) as [Invariant, Invariant, Invariant];

/** An account whose rows have reached its newest version. */
const account = async (): Promise<string> => {
  const id = randomUUID();
  await handle(id, open());
  await handle(id, deposit(100));
  return id;
};
const project = async (id: string) => {
  const version = await eventStore.newestVersion(id);
  await projector.catchUp(firstBuild(accounts), id, id, version);
  await projector.catchUp(firstBuild(dailyTotals), id, id, version);
};

/** All that a round finds: as many passes as it takes until the invariant begins anew. */
const findAll = async (invariant: Invariant, passes = 6): Promise<readonly Breach[]> => {
  const found: Breach[] = [];
  for (let from: string | undefined, pass = 0; pass < passes; pass += 1) {
    const { breaches, next } = await invariant.look(from);
    found.push(...breaches);
    from = next;
  }
  return [...new Map(found.map((breach) => [breach.key, breach])).values()];
};

type Item = Record<string, unknown> & { readonly id: string };
/** Changes an item past the app; returns how to mend it. */
const forge = async (container: string, id: string, partition: string, change: (text: string) => string) => {
  const item = containerOf(container).item(id, partition);
  const { resource } = await item.read<Item>();
  if (!resource) throw new Error(`There is no ${id} in ${partition}`);
  const changed = JSON.parse(change(JSON.stringify(resource))) as Item;
  expect(changed).not.toEqual(resource);
  await item.replace(changed);
  return async () => {
    await item.replace(resource);
  };
};
const forgeRow = (id: string, change: (text: string) => string) =>
  forge('dailyTotals', 'row', partitionOf(firstBuild(dailyTotals), id), change);

let ids: string[];
let sent: Commit;
beforeAll(async () => {
  ids = [];
  // More than a pass looks at.
  for (let count = 0; count < 45; count += 1) ids.push(await account());
  const [from = '', to = ''] = ids;
  sent = await transfer(from, to, eur(30));
  for (const id of ids) await project(id);
});

const breaksAndMends = async (invariant: Invariant, mend: () => Promise<void>, detail: string) => {
  const found = await findAll(invariant);
  expect(found.map((breach) => breach.detail)).toEqual([expect.stringContaining(detail)]);
  const [{ key } = { key: '' }] = found;
  expect(await invariant.lookAgain(key)).toEqual(found[0]);
  await mend();
  expect(await invariant.lookAgain(key)).toBeUndefined();
  expect(await findAll(invariant)).toEqual([]);
};

describe('the invariants of the bank', () => {
  it('hold of what the app writes', async () => {
    for (const invariant of [debitsEqualCredits, ledgerEqualsBalances, receivedWasSent]) {
      expect(await findAll(invariant)).toEqual([]);
    }
  });

  it('find an item whose debits and credits differ, and find it mended', async () => {
    const id = ids[44] ?? '';
    const mend = await forgeRow(id, (text) => text.replaceAll('"rest":100', '"rest":101'));
    await breaksAndMends(debitsEqualCredits, mend, `${id}/row: debits and credits differ in EUR`);
  });

  it('pass over items that have no entry', async () => {
    const generation = generationName(firstBuild(dailyTotals));
    await containerOf(dailyTotals.name).items.create({
      id: 'row',
      partition: partitionOf(firstBuild(dailyTotals), randomUUID()),
      generation,
    });
    await expect(findAll(debitsEqualCredits)).resolves.toBeDefined();
  });

  it('find an entry that nobody can read', async () => {
    const mend = await forgeRow(ids[3] ?? '', (text) => text.replaceAll('"cash"', '"bash"'));
    await breaksAndMends(debitsEqualCredits, mend, 'cannot be read');
  });

  it("find a balanced item that is not the account's balance, and find it mended", async () => {
    const id = ids[30] ?? '';
    const mend = await forgeRow(id, (text) =>
      text.replaceAll('"rest":100', '"rest":101').replaceAll('"rest":9999900', '"rest":9999899'),
    );
    expect(await findAll(debitsEqualCredits)).toEqual([]);
    await breaksAndMends(ledgerEqualsBalances, mend, `${id}: the ledger and the balance differ in EUR`);
  });

  it('leave rows alone that stand at different versions', async () => {
    const id = await account();
    await project(id);
    await handle(id, deposit(5));
    await projector.catchUp(firstBuild(accounts), id, id, 3);
    expect(await findAll(ledgerEqualsBalances)).toEqual([]);
    await project(id);
    expect(await findAll(ledgerEqualsBalances)).toEqual([]);
  });

  it.each([
    ['another amount', (text: string) => text.replace('"minor":30', '"minor":31')],
    ['another receiver', (text: string) => text.replaceAll(ids[1] ?? '', ids[2] ?? '')],
    ['another command', (text: string) => text.replaceAll(sent.commandId, `u:${randomUUID()}`)],
  ])('find a receipt whose transfer has %s', async (_, change) => {
    const place = String(sent.events[0]?.version).padStart(12, '0');
    const mend = await forge('events', place, sent.aggregateId, change);
    const transferId = `${sent.aggregateId}:${sent.version}`;
    await breaksAndMends(receivedWasSent, mend, `${ids[1] ?? ''}:3 received what ${transferId} did not send`);
  });

  it('cost a bounded number of request units', async () => {
    const unitsOf = async (invariant: Invariant, passes: number) => {
      let from: string | undefined;
      for (let pass = 1; pass < passes; pass += 1) from = (await invariant.look(from)).next;
      const { units } = await meter.measure(async (cost) => {
        await invariant.look(from);
        return { ...cost };
      });
      return units;
    };
    expect(await unitsOf(debitsEqualCredits, 1)).toBeLessThan(10);
    expect(await unitsOf(ledgerEqualsBalances, 1)).toBeLessThan(60);
    // The new commits are behind it, so that it reads a page of all.
    expect(await unitsOf(receivedWasSent, 2)).toBeLessThan(25);
  });
});
