import type { z } from 'zod';
import type { Decider } from './decider.ts';
import type { EventDefinition } from './event.ts';

/** A kind of aggregate as it is named and stored. */
export type AggregateKind<State = unknown> = {
  /** Stored with every commit; never changes. */
  readonly name: string;
  /** Names one of them in texts, with its article: "an account". */
  readonly label: string;
  readonly events: readonly EventDefinition[];
  readonly state: z.ZodType<State>;
  /** Raise it when `evolve` or `state` changes: the app then folds stored states of another version again. */
  readonly stateVersion: number;
};

/** A kind of aggregate: its rules, and the schemas of its events and its state. */
export type Aggregate<Command, Event, State, Rejection> = AggregateKind<State> &
  Decider<Command, Event, State, Rejection>;

/** The events of a kind of aggregate. */
export type EventOfAggregate<Kind> =
  // `evolve` alone names the events by their type.
  Kind extends { evolve(state: never, event: infer Event, version: number, at: string): unknown } ? Event : never;
