import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosFeedPages } from '../../../adapters/cosmos/feedPages.ts';
import { invariantOfCommits } from '../../../application/invariants/ofCommits.ts';
import { commitOf, deposited, opened, withdrawn } from '../../support/bank.ts';
import { cosmosWithFaults } from '../../support/cosmos.ts';

const events = (await cosmosWithFaults(2)).database.container('events');
const eventStore = cosmosEventStore(events);
const unfolded = { state: {}, stateVersion: 99 };
let now = Date.UTC(2026, 10, 20);

/** Each withdrawal claims that its account's first event is one, too, which is never so. */
const invariant = invariantOfCommits({
  ...{ name: 'withdrawnFirst', feedPages: cosmosFeedPages(events), eventStore, clock: { now: () => now } },
  claimsIn: ({ aggregateId, version, events: [event] }) =>
    event?.type === 'MoneyWithdrawn'
      ? [
          {
            ...{ aggregateId, version, of: { aggregateId, version: 1 } },
            isIn: (commit) => commit.events[0]?.type === 'MoneyWithdrawn',
          },
        ]
      : [],
  detailOf: ({ aggregateId }) => aggregateId,
});

/** An account with so many commits. */
const account = async (count: number, last = deposited(1, 1)): Promise<string> => {
  const id = randomUUID();
  const commits = Array.from({ length: count }, (_, index) =>
    commitOf('account', id, index, [index === 0 ? opened() : index === count - 1 ? last : deposited(1, index)]),
  );
  await eventStore.append(commits, unfolded);
  return id;
};

let old: string[];
beforeAll(async () => {
  // More than a pass looks at, in both partitions.
  for (let time = 0; time < 5; time += 1) await account(100);
  old = [await account(2, withdrawn(1, 0)), await account(2, withdrawn(1, 0))];
});

it('looks at what is new from its first pass on, and at all in rounds, and says how far it is', async () => {
  const first = await invariant.look(undefined);
  expect(first.progress).toMatch(
    /^it has looked at new commits until 2026-11-20T00:00:00.000Z; at 1\d\d of all commits in the round that began at /,
  );

  const broken = await account(2, withdrawn(1, 0));
  now += 30_000;
  const second = await invariant.look(first.next);
  expect(second.breaches.map(({ detail }) => detail)).toContain(broken);
  expect(second.progress).toContain('it has looked at new commits until 2026-11-20T00:00:30.000Z');

  const found = new Set([...first.breaches, ...second.breaches].map(({ detail }) => detail));
  let { next, progress = '' } = second;
  for (let pass = 0; pass < 10 && !progress.includes('at all'); pass += 1) {
    const { breaches, ...after } = await invariant.look(next);
    for (const { detail } of breaches) found.add(detail);
    next = after.next;
    progress = after.progress ?? '';
  }
  expect(progress).toMatch(/at all [5-9]\d\d commits in a round that began at 2026-11-20T00:00:00.000Z/);
  expect([...found].toSorted()).toEqual([...old, broken].toSorted());
});

it('says that it is behind where more is new than a pass looks at', async () => {
  const first = await invariant.look(undefined);
  for (let time = 0; time < 9; time += 1) await account(100);
  const { newestUntil } = JSON.parse(first.next ?? '') as { newestUntil: string };
  now += 30_000;
  const behind = await invariant.look(first.next);
  expect(behind.progress).toContain(`it has looked at new commits until ${newestUntil}`);
});

it('begins anew after a position of another store', async () => {
  const other = await invariant.look(
    JSON.stringify({ newest: 'rubbish', round: { position: 'rubbish', begun: '2026-11-20T00:00:00.000Z', looked: 3 } }),
  );
  expect(other.progress).toContain('it has looked at new commits until');
});
