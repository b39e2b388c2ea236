import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosParking } from '../../adapters/cosmos/parking.ts';
import { partitionOf, rowId } from '../../adapters/cosmos/views/rowItem.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { viewHandler } from '../support/listening.ts';
import type { Positions } from '../../application/views/ports.ts';
import { createProjector } from '../../application/views/projector.ts';
import { messagesOf } from '../../application/publishing/message.ts';
import { bankAggregates, bankEventsOf } from '../../domain/registry.ts';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { Commit, RecordedEvent } from '../../eventSourcing/commit.ts';
import { addEntry, type View } from '../../eventSourcing/view.ts';
import { views } from '../../projections/registry.ts';
import { cosmosForTests } from '../support/cosmos.ts';
import { firstBuild, liveAsCoded } from '../support/generations.ts';
import { carryOut, plans, wholeLife, type Plan } from '../support/histories.ts';
import { historyOf } from '../support/history.ts';

const database = await cosmosForTests();
const eventStore = cosmosEventStore(database.container('events'));
const rows = cosmosRows((name) => database.container(name));
const clock = { now: () => Date.now() };
const pause = (attempt: number) => sleep(attempt * Math.random());
const handle = viewHandler({
  projector: createProjector(rows, historyOf(eventStore), pause),
  generations: liveAsCoded(),
  parking: cosmosParking(database.container('parked'), clock),
  clock,
  log: (_level, message) => expect.unreachable(message),
  pause,
  patienceMs: 0,
  aheadPatienceMs: 0,
});

type AnyKind = Pick<Aggregate<never, RecordedEvent, unknown, unknown>, 'initial' | 'evolve'>;
type Folded = { row: unknown; positions: Positions; entries: Record<string, unknown>; open: unknown };

/** The fold that defines a view: each event once, in the order given. */
const fold = (view: View, events: readonly RecordedEvent[]): Map<string, Folded> => {
  const rows = new Map<string, Folded>();
  for (const event of events) {
    const key = view.rowOf(event);
    const { row: before, positions = {}, entries = {} } = rows.get(key) ?? { row: undefined };
    const row = view.evolve(before, event);
    const added = new Map(Object.entries(entries));
    for (const each of view.entriesOf?.(event, before, row) ?? []) addEntry(added, each);
    rows.set(key, {
      row,
      positions: { ...positions, [event.aggregateId]: event.version },
      entries: Object.fromEntries(added),
      open: view.openEntry?.(row),
    });
  }
  return rows;
};

const linesOf = ({ entries, open }: Pick<Folded, 'entries' | 'open'>): readonly unknown[] => [
  ...Object.values(entries),
  ...(open === undefined ? [] : [open]),
];

/** The same of what is stored. */
const stored = async (view: View, key: string): Promise<Folded> => {
  const generation = firstBuild(view);
  const found = await rows.load(generation, key);
  const items = database.container(view.name).items.query<{ id: string; entry: unknown }>('SELECT * FROM c', {
    partitionKey: partitionOf(generation, key),
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

const followed = (view: View, commits: readonly Commit[]) =>
  commits.filter(({ aggregate }) => view.follows.includes(aggregate));

/** The commits with those of one aggregate still in order, in whatever order they were made otherwise. */
const interleaved = (commits: readonly Commit[], pick: (below: number) => number): Commit[] => {
  const streams = [...Map.groupBy(commits, ({ aggregateId }) => aggregateId).values()].map((own) => [...own]);
  return commits.flatMap(() => {
    const rest = streams.filter((own) => own.length > 0);
    return rest[pick(rest.length)]?.shift() ?? [];
  });
};

const now = '2026-01-05T00:00:00.000Z';

const append = async (commits: readonly Commit[]) => {
  for (const commit of commits) {
    const result = await eventStore.append([commit], { state: {}, stateVersion: 1 });
    if (result.outcome !== 'appended') throw new Error(result.outcome);
  }
};

const examples = { examples: [[wholeLife]] as [Plan][] };
/** An endless stream of numbers that always is the same. */
const numbersFrom = (seed: number) => fc.sample(random, { numRuns: 1, seed })[0] ?? [][Symbol.iterator]();
const random = fc.infiniteStream(fc.nat(1_000_000));
const pickFrom =
  (numbers: Iterator<number>) =>
  (below: number): number =>
    (numbers.next().value as number) % below;

describe.each(views)('$name', (view) => {
  it('keeps every event of one aggregate in one row', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        const events = followed(view, carryOut(plan)).flatMap(bankEventsOf);
        for (const own of Map.groupBy(events, ({ aggregateId }) => aggregateId).values()) {
          expect(new Set(own.map((event) => view.rowOf(event))).size).toBe(1);
        }
      }),
      examples,
    ));

  it('is the same in whatever order different aggregates are heard of', () =>
    fc.assert(
      fc.property(plans, random, (plan, numbers) => {
        const commits = followed(view, carryOut(plan));
        const others = interleaved(commits, pickFrom(numbers));
        expect(fold(view, others.flatMap(bankEventsOf))).toEqual(fold(view, commits.flatMap(bankEventsOf)));
      }),
    ));

  if (view.rowFrom) {
    it('makes the row of an aggregate from its state as it makes it from its events', () =>
      fc.assert(
        fc.property(plans, (plan) => {
          const events = followed(view, carryOut(plan)).flatMap(bankEventsOf);
          for (const own of Map.groupBy(events, ({ aggregateId }) => aggregateId).values()) {
            const [beginning] = own;
            const kind = bankAggregates.find(({ name }) => name === beginning?.aggregate) as AnyKind | undefined;
            let [state, row]: unknown[] = [kind?.initial];
            for (const last of own) {
              state = kind?.evolve(state, last, last.version, last.occurredAt);
              row = view.evolve(row, last);
              expect(beginning && view.rowFrom?.({ state, beginning, last })).toEqual(row);
            }
          }
        }),
        examples,
      ));
  }

  it('has rows and entries that are stored and read without a loss', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        const readAs = (schema: z.ZodType, value: unknown) => schema.parse(JSON.parse(JSON.stringify(value)));
        for (const { row, ...folded } of fold(view, followed(view, carryOut(plan)).flatMap(bankEventsOf)).values()) {
          expect(readAs(view.row, row)).toEqual(row);
          for (const entry of linesOf(folded)) expect(readAs(view.entry ?? z.never(), entry)).toEqual(entry);
        }
      }),
      examples,
    ));

  it('shows rows and entries as its routes say', () =>
    fc.assert(
      fc.property(plans, (plan) => {
        for (const [key, { row, ...folded }] of fold(view, followed(view, carryOut(plan)).flatMap(bankEventsOf))) {
          for (const route of view.routes ?? []) {
            if (route.answers === 'row') route.body.optional().parse(route.present(key, row, 1));
            if (route.answers !== 'entries' && route.answers !== 'allEntries') continue;
            // A search leaves out entries without the first path by which it sorts.
            const [name] = route.find({}, { version: 1, now }).orderBy[0]?.[0].split('.').slice(1) ?? [];
            for (const entry of linesOf(folded)) {
              if (Object.hasOwn(entry as object, name ?? '')) route.item.parse(route.present(entry, now));
            }
          }
        }
      }),
      examples,
    ));

  it('ends as the plain fold, in whatever order, batches and repetition messages come, and if some never come', () =>
    fc.assert(
      fc.asyncProperty(plans, random, async (plan, numbers) => {
        const pick = pickFrom(numbers);
        const commits = carryOut(plan);
        await append(commits);
        const messages = followed(view, commits).flatMap(messagesOf);
        // The last message of each aggregate comes at least once: nothing else says how far there is to go.
        const last = new Map(messages.map((message) => [message.aggregateid, message])).values();
        const deliveries = [...messages.flatMap((message) => Array.from({ length: pick(3) }, () => message)), ...last]
          .map((message) => ({ message, order: pick(1_000_000) }))
          .sort((a, b) => a.order - b.order)
          .map(({ message }) => ({ messageId: message.id, body: JSON.parse(JSON.stringify(message)) as unknown }));
        while (deliveries.length > 0) await handle(view, deliveries.splice(0, 1 + pick(12)));

        const expected = fold(view, followed(view, commits).flatMap(bankEventsOf));
        for (const [key, folded] of expected) expect(await stored(view, key)).toEqual(folded);
      }),
      {
        numRuns: 12,
        examples: [
          [wholeLife, numbersFrom(1)],
          [wholeLife, numbersFrom(2)],
        ],
      },
    ));
});
