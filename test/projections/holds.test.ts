import { expect, it } from 'vitest';
import { bankEventsOf } from '../../domain/registry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { addEntry } from '../../eventSourcing/view.ts';
import type { HoldEntry } from '../../projections/book/entry.ts';
import { holdStatusAt } from '../../projections/book/holds.ts';
import { transactions } from '../../projections/transactions.ts';
import { commitOf, deposited, eur, opened } from '../support/bank.ts';

const expiresAt = '2026-11-20T10:00:00.000Z';
const hold = { customerId: 'c', amount: eur(4), balance: 10 };

it('a hold has expired from its time on, and from the event on, whatever the clock of who is asked says', () => {
  const events = bankEventsOf(
    commitOf('account', 'a', 0, [
      ...[opened(), deposited(10, 10), { type: 'HoldPlaced' as const, data: { ...hold, available: 6, expiresAt } }],
      { type: 'HoldExpired', data: { ...hold, hold: 3, held: 4, available: 10, expiresAt } },
    ]),
  );
  const entries = new Map<string, unknown>();
  let row: unknown;
  const entryAfter = (event: RecordedEvent): HoldEntry => {
    const before = row;
    row = transactions.evolve(before as never, event);
    for (const added of transactions.entriesOf?.(event, before as never, row as never) ?? []) addEntry(entries, added);
    return entries.get('hold-000000000003') as HoldEntry;
  };
  const [placed, ended] = events.map(entryAfter).slice(-2);
  if (!placed || !ended) throw new Error('There are two');
  const early = '2026-11-20T09:59:55.000Z';
  expect([holdStatusAt(placed, early), holdStatusAt(placed, expiresAt)]).toEqual(['open', 'expired']);
  expect(holdStatusAt(ended, early)).toBe('expired');
});
