import type { Aggregate, AggregateKind } from '../eventSourcing/aggregate.ts';
import type { AnyEvent, RecordedEvent } from '../eventSourcing/commit.ts';
import { missing } from './eventPages.ts';

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
): State =>
  events.reduce(
    (state, event) => aggregate.evolve(state, event as unknown as Event, event.version, event.occurredAt),
    before,
  );

/** The state after a version, from all of an aggregate's events up to there. Throws UnreadableEvent where they end before. */
export const foldAgain = async <Event extends AnyEvent, State>(
  aggregate: Pick<Foldable<Event, State>, 'initial' | 'evolve'>,
  pages: AsyncIterable<readonly RecordedEvent[]>,
  { aggregateId, version }: Pick<RecordedEvent, 'aggregateId' | 'version'>,
): Promise<State> => {
  let state = aggregate.initial;
  let reached = 0;
  for await (const page of pages) {
    const wanted = page.filter((event) => event.version <= version);
    state = fold(aggregate, state, wanted);
    reached = wanted.at(-1)?.version ?? reached;
    if (reached === version) return state;
  }
  throw missing(aggregateId, reached + 1);
};
