import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosGaps } from '../../../adapters/cosmos/views/gaps.ts';
import { createFeedGaps, mendFeedGap } from '../../../application/feed/feedGaps.ts';
import { commitOf, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';

const database = await cosmosForTests();
const events = database.container('events');
const eventStore = cosmosEventStore(events);
const gaps = cosmosGaps(database.container('gaps'));
const feedGaps = createFeedGaps({ gaps, log: () => undefined });

/** The gap of an aggregate after a look at it. */
const afterLook = async (id: string) => {
  const found = async () => (await gaps.list()).find(({ aggregateId }) => aggregateId === id);
  const gap = await found();
  if (gap) await mendFeedGap({ eventStore, gaps }, gap);
  return found();
};

it.each(['000000000002', 'rubbish'])('a gap of the document %s stands until somebody deletes that', async (id) => {
  const aggregateId = randomUUID();
  await eventStore.append([commitOf('account', aggregateId, 0, [opened()])], { state: {}, stateVersion: 1 });
  const document = { id, aggregateId, commandId: 'u:rubbish', version: 'nine' };
  await events.items.create(document);
  await feedGaps.record({ unreadable: 'It is no commit', document });
  expect(await afterLook(aggregateId)).toMatchObject({ view: 'feed', row: id });
  await events.item(id, aggregateId).delete();
  expect(await afterLook(aggregateId)).toBeUndefined();
});

it('a gap of a document without an aggregate stands: nobody can read it again', async () => {
  await feedGaps.record({ unreadable: 'It is no commit', document: { id: 'rubbish' } });
  expect(await afterLook('unknown')).toMatchObject({ view: 'feed', version: 1 });
});
