import { beforeAll, describe, expect, it } from 'vitest';
import { meter } from '../../adapters/telemetry/meter.ts';
import { instantOf } from '../../application/clock.ts';
import { createBank } from '../../application/commands/bank/bank.ts';
import { planDemo, wholeDemo } from '../../demo/plan/plan.ts';
import { dayMs } from '../../demo/plan/steps.ts';
import { walk } from '../../demo/walk.ts';
import { emailAddress } from '../../domain/emailAddress.ts';
import { ownerOf } from '../../domain/ownership.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { line } from '../../domain/text.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { historyOf } from '../support/history.ts';
import { memoryEmailClaims, memoryEventStore } from '../support/memoryBank.ts';

type Recorded = ReturnType<typeof bankEventsOf>[number];

const start = Date.UTC(2026, 0, 1, 12);
const steps = planDemo(wholeDemo);

/** The demo in a bank that keeps everything in memory. */
const createMemoryDemo = () => {
  const stores = { eventStore: memoryEventStore(), claims: memoryEmailClaims() };
  /** Takes the first steps by an instance of its own, and returns what it appended. */
  return async (count: number): Promise<readonly Commit[]> => {
    const appended: Commit[] = [];
    const clock = { at: start, now: () => clock.at };
    const bank = createBank({
      ...{ ...stores, history: historyOf(stores.eventStore), ownerOf, meter, clock },
      pause: () => Promise.resolve(),
      onCommitted: (commits) => appended.push(...commits),
    });
    await walk(bank, clock, steps.slice(0, count), start);
    return appended;
  };
};

describe('the whole demo', () => {
  const take = createMemoryDemo();
  let events: readonly Recorded[];
  beforeAll(async () => {
    events = (await take(steps.length)).flatMap(bankEventsOf);
  });
  const all = <Type extends Recorded['type']>(type: Type) =>
    events.filter((event): event is Extract<Recorded, { type: Type }> => event.type === type);

  it('has 20 customers and 30 accounts in four currencies, over 90 days', () => {
    expect(all('CustomerCreated')).toHaveLength(20);
    expect(all('AccountOpened')).toHaveLength(30);
    expect(new Set(all('AccountOpened').map(({ data }) => data.currency)).size).toBe(4);
    expect(events[0]?.occurredAt).toBe(instantOf(start));
    expect(events.at(-1)?.occurredAt).toBe(instantOf(start + 90 * dayMs));
  });

  it('has every kind of event of an account', () => {
    const kinds = [
      ...[
        'MoneyDeposited',
        'MoneyWithdrawn',
        'TransactionReversed',
        'AccountFrozen',
        'AccountUnfrozen',
        'AccountClosed',
      ],
      ...['HoldPlaced', 'HoldCaptured', 'HoldReleased', 'HoldExpired'],
      ...['TransferSent', 'TransferReceived', 'TransferDeclined', 'TransferCompleted', 'TransferReturned'],
    ];
    const missing = kinds.filter((kind) => !events.some(({ type }) => type === kind));
    expect(missing).toEqual([]);
    expect(all('CustomerRenamed')).toHaveLength(2);
    expect(all('TransferReturned')).toHaveLength(2);
    expect(all('TransferSent').filter(({ data }) => data.rate).length).toBeGreaterThan(20);
  });

  it('leaves holds open that end later, and no transfer on its way', () => {
    const ended = new Set(
      events.flatMap((event) =>
        event.type === 'HoldCaptured' || event.type === 'HoldReleased' || event.type === 'HoldExpired'
          ? [`${event.aggregateId}:${event.data.hold}`]
          : [],
      ),
    );
    const open = all('HoldPlaced').filter(({ id }) => !ended.has(id));
    expect(open.length).toBeGreaterThan(0);
    const end = instantOf(start + 90 * dayMs);
    expect(open.filter(({ data }) => data.expiresAt <= end)).toEqual([]);
    expect(all('TransferCompleted').length + all('TransferReturned').length).toBe(all('TransferSent').length);
  });

  it('has no event at a time that its clock did not tell', () => {
    const told = new Set(steps.map(({ at }) => instantOf(start + at)));
    expect(events.filter(({ occurredAt }) => !told.has(occurredAt))).toEqual([]);
  });

  it('writes what the API would take, in several scripts', () => {
    const people = [...all('CustomerCreated'), ...all('CustomerRenamed')].map(({ data }) => data.person);
    for (const { firstName, lastName } of people) for (const text of [firstName, lastName]) line(100).parse(text);
    for (const { data } of all('CustomerCreated')) emailAddress.parse(data.person.email);
    for (const { data } of all('MoneyWithdrawn')) line(140).parse(data.reference);
    const scripts = ['Latin', 'Greek', 'Cyrillic', 'Arabic', 'Hebrew', 'Devanagari', 'Han', 'Hangul', 'Georgian'];
    const names = people.map(({ lastName }) => lastName).join();
    expect(scripts.filter((script) => !new RegExp(String.raw`\p{Script=${script}}`, 'u').test(names))).toEqual([]);
  });

  it('adds nothing the second time', async () => {
    expect(await take(steps.length)).toEqual([]);
  });
});

it('goes on where it was stopped', async () => {
  const take = createMemoryDemo();
  const first = await take(700);
  const rest = await take(steps.length);
  const whole = await createMemoryDemo()(steps.length);
  const content = (commits: readonly Commit[]) => commits.map(({ correlationId, traceparent, ...commit }) => commit);
  expect(content([...first, ...rest])).toEqual(content(whole));
});
