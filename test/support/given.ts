import { expect } from 'vitest';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';

type AnyEvent = { readonly type: string; readonly data: unknown };

/** The instant of all events that are given. */
export const givenAt = '2026-11-20T09:00:00.000Z';

/** Given these events, when this command comes, these events follow, or this rejection. */
export const given = <Command, Event extends AnyEvent, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  ...events: readonly Event[]
) => ({
  when(command: Command, at = '2026-11-20T10:00:00.000Z') {
    const state = events.reduce(
      (current, event, index) => aggregate.evolve(current, event, index + 1, givenAt),
      aggregate.initial,
    );
    const decision = aggregate.decide(command, state, at);
    return {
      yields: (...expected: readonly Event[]) => expect(decision).toEqual({ accepted: true, events: expected }),
      rejects: (rejection: Rejection) => expect(decision).toEqual({ accepted: false, rejection }),
    };
  },
});
