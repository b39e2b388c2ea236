import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosParking } from '../../adapters/cosmos/parking.ts';
import { cosmosReadModels, partitionOf, rowId } from '../../adapters/cosmos/views/readModels.ts';
import { createMessageHandler } from '../../application/subscriptions/handleMessages.ts';
import type { Positions } from '../../application/views/ports.ts';
import { createProjector } from '../../application/views/projector.ts';
import { eventsOfCommit, type Commit, type RecordedEvent } from '../../domain/commit.ts';
import { messagesOf } from '../../domain/message.ts';
import type { Projection } from '../../projections/projection.ts';
import { projections } from '../../projections/registry.ts';
import { cosmosForTests } from '../support/cosmos.ts';
import { liveAsCoded } from '../support/generations.ts';
import { carryOut, plans } from '../support/histories.ts';

const database = await cosmosForTests();
const eventStore = cosmosEventStore(database.container('events'));
const readModels = cosmosReadModels((name) => database.container(name));
const clock = { now: () => Date.now() };
const pause = (attempt: number) => sleep(attempt * Math.random());
const handle = createMessageHandler({
  projector: createProjector(readModels, eventStore, pause),
  generations: liveAsCoded(),
  parking: cosmosParking(database.container('parked'), clock),
  clock,
  log: (_level, message) => expect.unreachable(message),
  pause,
  patienceMs: 0,
  aheadPatienceMs: 0,
});

type Folded = { row: unknown; positions: Positions; entries: Record<string, unknown>; open: unknown };

/** What a projection is by definition: each event once, in the order given. */
const fold = (projection: Projection, events: readonly RecordedEvent[]): Map<string, Folded> => {
  const rows = new Map<string, Folded>();
  for (const event of events) {
    const key = projection.rowOf(event);
    const { row: before, positions = {}, entries = {} } = rows.get(key) ?? { row: undefined };
    const row = projection.evolve(before, event);
    const added = projection.entryOf?.(event, before, row);
    rows.set(key, {
      row,
      positions: { ...positions, [event.aggregateId]: event.version },
      entries: added ? { ...entries, [added.key]: added.entry } : entries,
      open: projection.openEntry?.(row),
    });
  }
  return rows;
};

const linesOf = ({ entries, open }: Pick<Folded, 'entries' | 'open'>): readonly unknown[] => [
  ...Object.values(entries),
  ...(open === undefined ? [] : [open]),
];

/** The same of what is stored. */
const stored = async (projection: Projection, key: string): Promise<Folded> => {
  const found = await readModels.load(projection, key);
  const items = database.container(projection.name).items.query<{ id: string; entry: unknown }>('SELECT * FROM c', {
    partitionKey: partitionOf(projection, key),
  });
  const { resources } = await items.fetchAll();
  const entries = resources.filter(({ id }) => id !== rowId);
  return {
    row: found?.row,
    positions: found?.positions ?? {},
    entries: Object.fromEntries(entries.map(({ id, entry }) => [id, entry])),
    open: resources.find(({ id }) => id === rowId)?.entry,
  };
};

const followed = (projection: Projection, commits: readonly Commit[]) =>
  commits.filter(({ aggregate }) => projection.aggregates.includes(aggregate));

/** The commits with those of one aggregate still in order, in whatever order they were made otherwise. */
const interleaved = (commits: readonly Commit[], pick: (below: number) => number): Commit[] => {
  const streams = [...Map.groupBy(commits, ({ aggregateId }) => aggregateId).values()].map((own) => [...own]);
  return commits.flatMap(() => {
    const rest = streams.filter((own) => own.length > 0);
    return rest[pick(rest.length)]?.shift() ?? [];
  });
};

const append = async (commits: readonly Commit[]) => {
  const etags = new Map<string, string>();
  for (const commit of commits) {
    const { aggregate, aggregateId, version, occurredAt } = commit;
    const head = { aggregate, version, occurredAt, state: {}, stateVersion: 1 };
    const result = await eventStore.append([commit], head, etags.get(aggregateId));
    if (result.outcome !== 'appended') throw new Error(result.outcome);
    etags.set(aggregateId, result.etag);
  }
};

const random = fc.infiniteStream(fc.nat(1_000_000));
const pickFrom =
  (numbers: Iterator<number>) =>
  (below: number): number =>
    (numbers.next().value as number) % below;

describe.each(projections)('$name', (projection) => {
  it('keeps every event of one aggregate in one row', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        const events = followed(projection, carryOut(plan)).flatMap(eventsOfCommit);
        for (const own of Map.groupBy(events, ({ aggregateId }) => aggregateId).values()) {
          expect(new Set(own.map((event) => projection.rowOf(event))).size).toBe(1);
        }
      }),
    ));

  it('is the same in whatever order different aggregates are heard of', () =>
    fc.assert(
      fc.property(plans, random, (plan, numbers) => {
        const commits = followed(projection, carryOut(plan));
        const others = interleaved(commits, pickFrom(numbers));
        expect(fold(projection, others.flatMap(eventsOfCommit))).toEqual(
          fold(projection, commits.flatMap(eventsOfCommit)),
        );
      }),
    ));

  it('has rows and entries that are stored and read without a loss', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        const readAs = (schema: z.ZodType, value: unknown) => schema.parse(JSON.parse(JSON.stringify(value)));
        for (const { row, ...folded } of fold(
          projection,
          followed(projection, carryOut(plan)).flatMap(eventsOfCommit),
        ).values()) {
          expect(readAs(projection.row, row)).toEqual(row);
          for (const entry of linesOf(folded)) expect(readAs(projection.entry ?? z.never(), entry)).toEqual(entry);
        }
      }),
    ));

  it('shows rows and entries as its routes say', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        for (const [key, { row, ...folded }] of fold(
          projection,
          followed(projection, carryOut(plan)).flatMap(eventsOfCommit),
        )) {
          for (const route of projection.routes ?? []) {
            if (route.answers === 'row') route.body.optional().parse(route.present(key, row, 1));
            if (route.answers === 'entries')
              for (const entry of linesOf(folded)) route.item.parse(route.present(entry));
          }
        }
      }),
    ));

  it('ends as the plain fold, in whatever order, batches and repetition messages come, and if some never come', () =>
    fc.assert(
      fc.asyncProperty(plans, random, async (plan, numbers) => {
        const pick = pickFrom(numbers);
        const commits = carryOut(plan);
        await append(commits);
        const messages = followed(projection, commits).flatMap(messagesOf);
        // The last message of each aggregate comes at least once: nothing else says how far there is to go.
        const last = new Map(messages.map((message) => [message.correlationId, message])).values();
        const deliveries = [...messages.flatMap((message) => Array.from({ length: pick(3) }, () => message)), ...last]
          .map((message) => ({ message, order: pick(1_000_000) }))
          .sort((a, b) => a.order - b.order)
          .map(({ message: { messageId, body } }) => ({
            messageId,
            body: JSON.parse(JSON.stringify(body)) as unknown,
          }));
        while (deliveries.length > 0) await handle(projection, deliveries.splice(0, 1 + pick(12)));

        const expected = fold(projection, followed(projection, commits).flatMap(eventsOfCommit));
        for (const [key, folded] of expected) expect(await stored(projection, key)).toEqual(folded);
      }),
      { numRuns: 12 },
    ));
});
