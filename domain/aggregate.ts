import type { z } from 'zod';
import type { Decider } from './decider.ts';
import type { EventDefinition } from './event.ts';

/** The kinds of aggregates, by the names under which they are stored. */
export const aggregateNames = ['customer', 'account'] as const;
export type AggregateName = (typeof aggregateNames)[number];

/** A kind of aggregate: its rules, and the schemas of what is stored of it. */
export type Aggregate<Command, Event, State, Rejection> = Decider<Command, Event, State, Rejection> & {
  readonly name: AggregateName;
  readonly events: readonly EventDefinition[];
  readonly state: z.ZodType<State>;
  /** Raise it when `evolve` or `state` changes: stored states of another version are folded again. */
  readonly stateVersion: number;
  /** Whose it is, where it is a customer's and has begun: of nobody else can a customer's own command be. */
  customerOf(state: State): string | undefined;
};
