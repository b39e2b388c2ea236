import type { Aggregate, AggregateKind } from '../../eventSourcing/aggregate.ts';
import { decodeCommit } from '../../eventSourcing/commit.ts';
import type { EventStore, Head, LoadedHead } from '../eventStore.ts';

/** An aggregate as its newest events leave it. */
export type CurrentState<State> = {
  readonly version: number;
  readonly state: State;
  /** Of the newest event; '' before the first. */
  readonly occurredAt: string;
  /** The head's etag; undefined before the first event. */
  readonly etag: string | undefined;
};

type Kind<Event, State> = Pick<Aggregate<never, Event, State, unknown>, 'initial' | 'evolve' | keyof AggregateKind>;

/** An aggregate without events. */
export const unbegun = <State>({ initial }: { readonly initial: State }): CurrentState<State> => ({
  version: 0,
  state: initial,
  occurredAt: '',
  etag: undefined,
});

/** Loads the state by one point read. */
export const loadCurrent = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
): Promise<CurrentState<State> | 'fenced'> =>
  currentOf(aggregate, eventStore, aggregateId, await eventStore.loadHead(aggregateId));

/** The same, for a state that is known: 'unchanged' if its head still has the known etag. */
export const loadCurrentIfChanged = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
  { etag }: CurrentState<State>,
): Promise<CurrentState<State> | 'fenced' | 'unchanged'> => {
  if (etag === undefined) return loadCurrent(aggregate, eventStore, aggregateId);
  const loaded = await eventStore.loadHeadIfChanged(aggregateId, etag);
  return loaded === 'unchanged' ? loaded : currentOf(aggregate, eventStore, aggregateId, loaded);
};

const currentOf = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
  loaded: LoadedHead | undefined,
): Promise<CurrentState<State> | 'fenced'> => {
  if (loaded?.head === 'fenced') return 'fenced';
  // The aggregate has not begun, or the id is that of another kind.
  if (loaded?.head.aggregate !== aggregate.name) return unbegun(aggregate);
  const { head, etag } = loaded;
  const state =
    head.stateVersion === aggregate.stateVersion
      ? aggregate.state.parse(head.state)
      : await refold(aggregate, eventStore, aggregateId, head);
  return { version: head.version, state, occurredAt: head.occurredAt, etag };
};

/** Folds the commits again, where code of another state version folded the head. */
const refold = async <Event, State>(
  aggregate: Kind<Event, State>,
  eventStore: EventStore,
  aggregateId: string,
  { version }: Head,
): Promise<State> => {
  let state = aggregate.initial;
  for await (const page of eventStore.readCommits(aggregateId, 0)) {
    for (const event of page.flatMap((commit) => decodeCommit(aggregate.events, commit))) {
      // Newer events belong to the next attempt: the store refuses an append onto this head.
      if (event.version <= version) state = aggregate.evolve(state, event as Event);
    }
  }
  return state;
};
