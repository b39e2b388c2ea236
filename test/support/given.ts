import { expect } from 'vitest';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';

type AnyEvent = { readonly type: string; readonly data: unknown };

/** Given these events, when this command comes, these events follow, or this rejection. */
export const given = <Command, Event extends AnyEvent, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  ...events: readonly Event[]
) => ({
  when(command: Command) {
    const state = events.reduce(
      (current, event, index) => aggregate.evolve(current, event, index + 1),
      aggregate.initial,
    );
    const decision = aggregate.decide(command, state);
    return {
      yields: (...expected: readonly Event[]) => expect(decision).toEqual({ accepted: true, events: expected }),
      rejects: (rejection: Rejection) => expect(decision).toEqual({ accepted: false, rejection }),
    };
  },
});
