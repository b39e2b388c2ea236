import type { Aggregate, AggregateKind } from '../eventSourcing/aggregate.ts';
import type { AnyEvent, RecordedEvent } from '../eventSourcing/commit.ts';

/** A kind of aggregate, as far as its state needs it. */
export type Foldable<Event, State> = Pick<
  Aggregate<never, Event, State, unknown>,
  'initial' | 'evolve' | keyof AggregateKind
>;

/** The state after the next events of an aggregate of this kind. */
export const fold = <Event extends AnyEvent, State>(
  aggregate: Pick<Foldable<Event, State>, 'evolve'>,
  before: State,
  events: readonly RecordedEvent[],
): State => events.reduce((state, event) => aggregate.evolve(state, event as unknown as Event, event.version), before);
