import { decodeCommit, type AnyEvent, type Commit } from '../../eventSourcing/commit.ts';
import { eventPages } from '../eventPages.ts';
import type { EventStore, Fenced } from '../eventStore.ts';
import { fold, foldAgain, type Foldable } from '../fold.ts';

/** An aggregate as its newest events leave it. */
export type CurrentState<State> = {
  readonly version: number;
  readonly state: State;
  /** Of the newest event; '' before the first. */
  readonly occurredAt: string;
};

type Reads = Pick<EventStore, 'loadNewest' | 'readCommits'>;

/** An aggregate without events. */
export const unbegun = <State>({ initial }: { readonly initial: State }): CurrentState<State> => ({
  version: 0,
  state: initial,
  occurredAt: '',
});

/**
 * Loads the state by one query, whatever the number of events; from all events where code of another state version folded it. Throws
 * UnreadableEvent.
 */
export const loadCurrent = async <Event extends AnyEvent, State>(
  aggregate: Foldable<Event, State>,
  eventStore: Reads,
  aggregateId: string,
): Promise<CurrentState<State> | Fenced> => {
  const newest = await eventStore.loadNewest(aggregateId);
  if (newest === 'fenced') return 'fenced';
  // The aggregate has not begun, or the id is that of another kind.
  if (newest?.aggregate !== aggregate.name) return unbegun(aggregate);
  const { version, occurredAt } = newest;
  if (newest.stateVersion === aggregate.stateVersion) {
    return { version, state: aggregate.state.parse(newest.state), occurredAt };
  }
  // Commits that came meanwhile belong to the next attempt: the place after this version is taken.
  const pages = eventPages(eventStore, (commit) => decodeCommit(aggregate.events, commit), aggregateId, 0);
  return { version, state: await foldAgain(aggregate, pages, { aggregateId, version }), occurredAt };
};

/** The state after the next commit. Throws UnreadableEvent. */
export const afterCommit = <Event extends AnyEvent, State>(
  aggregate: Pick<Foldable<Event, State>, 'events' | 'evolve'>,
  before: State,
  commit: Commit,
): CurrentState<State> => {
  const { version, occurredAt } = commit;
  return { version, state: fold(aggregate, before, decodeCommit(aggregate.events, commit)), occurredAt };
};
