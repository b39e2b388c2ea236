import type { Aggregate } from '../../domain/aggregate.ts';
import { eventsOfCommit } from '../../domain/commit.ts';
import type { EventStore, Head, LoadedHead } from '../eventStore.ts';

/** An aggregate as its newest events leave it. */
export type CurrentState<State> = {
  readonly version: number;
  readonly state: State;
  /** Of the newest event; '' before the first. */
  readonly occurredAt: string;
  /** Of the head that it was read from; undefined before the first event. */
  readonly etag: string | undefined;
};

type Kind<Event, State> = Pick<
  Aggregate<never, Event, State, unknown>,
  'name' | 'initial' | 'evolve' | 'state' | 'stateVersion'
>;

/** An aggregate without events. */
export const unbegun = <State>({ initial }: { readonly initial: State }): CurrentState<State> => ({
  version: 0,
  state: initial,
  occurredAt: '',
  etag: undefined,
});

/** One point read. */
export const loadCurrent = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
): Promise<CurrentState<State> | 'fenced'> =>
  currentOf(aggregate, eventStore, aggregateId, await eventStore.loadHead(aggregateId));

/** The same, for one that is known: 'unchanged' if its head still has the known etag. */
export const reloadCurrent = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
  knownEtag: string | undefined,
): Promise<CurrentState<State> | 'fenced' | 'unchanged'> => {
  const loaded = await eventStore.loadHead(aggregateId, knownEtag);
  return loaded === 'unchanged' ? loaded : currentOf(aggregate, eventStore, aggregateId, loaded);
};

const currentOf = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
  loaded: LoadedHead | 'unchanged' | undefined,
): Promise<CurrentState<State> | 'fenced'> => {
  if (loaded === 'unchanged') throw new Error('Unchanged from what?');
  if (loaded?.head === 'fenced') return 'fenced';
  // No such aggregate: also where the id is that of another kind.
  if (loaded?.head.aggregate !== aggregate.name) return unbegun(aggregate);
  const { head, etag } = loaded;
  const state =
    head.stateVersion === aggregate.stateVersion
      ? aggregate.state.parse(head.state)
      : await refold(aggregate, eventStore, aggregateId, head);
  return { version: head.version, state, occurredAt: head.occurredAt, etag };
};

/** Folds the commits again, for a head that code of another state version folded. */
const refold = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
  { version }: Head,
): Promise<State> => {
  let state = aggregate.initial;
  for await (const page of eventStore.readCommits(aggregateId, 0)) {
    for (const event of page.flatMap(eventsOfCommit)) {
      // What is newer than the head belongs to the next attempt: an append onto this head will be refused.
      if (event.version <= version) state = aggregate.evolve(state, event as Event);
    }
  }
  return state;
};
