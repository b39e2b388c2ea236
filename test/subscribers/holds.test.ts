import { expect, it } from 'vitest';
import type { AggregateCommand, Tools } from '../../application/subscriptions/subscriber.ts';
import { bankEventsOf } from '../../domain/registry.ts';
import { holds } from '../../subscribers/holds.ts';
import { commitOf, eur } from '../support/bank.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const instant = (ms: number) => new Date(ms).toISOString();

/** Hands a hold that expires at noon to the subscriber at an instant of its own clock; returns what it asks for. */
const heardAt = async (now: number) => {
  const data = { customerId: 'c', amount: eur(1), balance: 1, available: 0, expiresAt: instant(noon) };
  const [placed] = bankEventsOf(commitOf('account', 'a', 2, [{ type: 'HoldPlaced', data }]));
  const asked: { again?: string; commands?: string[] } = {};
  const tools = {
    now: () => instant(now),
    hearAgain: (at: string) => Promise.resolve(void (asked.again = at)),
    execute: (commands: readonly AggregateCommand[]) =>
      Promise.resolve(void (asked.commands = commands.map(({ command }) => command.type))),
  } as unknown as Tools;
  if (placed) await holds.handle(placed, tools);
  return asked;
};

it('a hold is heard of again when it expires, and then becomes an event', async () => {
  expect(await heardAt(noon - 7 * 86_400_000)).toEqual({ again: instant(noon) });
  expect(await heardAt(noon - 1)).toEqual({ again: instant(noon) });
  expect(await heardAt(noon)).toEqual({ commands: ['ExpireHolds'] });
});
