import { decodeCommit, type AnyEvent, type Commit } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import type { EventStore, Fenced, Newest } from '../eventStore.ts';
import { fold, type Foldable } from '../fold.ts';

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

/** Loads the state by one query, whatever the number of events. */
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
  const state =
    newest.stateVersion === aggregate.stateVersion
      ? aggregate.state.parse(newest.state)
      : await foldAgain(aggregate, eventStore, aggregateId, newest);
  return { version, state, occurredAt };
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

/** Folds all commits, where code of another state version folded the newest. Throws UnreadableEvent, also where one is missing. */
const foldAgain = async <Event extends AnyEvent, State>(
  aggregate: Foldable<Event, State>,
  eventStore: Reads,
  aggregateId: string,
  { version }: Newest,
): Promise<State> => {
  let state = aggregate.initial;
  let reached = 0;
  for await (const page of eventStore.readCommits(aggregateId, 0)) {
    for (const commit of page) {
      // A newer commit belongs to the next attempt: the place after this version is taken.
      if (commit.version > version) continue;
      if (commit.events[0]?.version !== reached + 1) throw missing(aggregateId, reached + 1);
      ({ state } = afterCommit(aggregate, state, commit));
      reached = commit.version;
    }
  }
  if (reached !== version) throw missing(aggregateId, reached + 1);
  return state;
};

const missing = (aggregateId: string, version: number): UnreadableEvent =>
  new UnreadableEvent(`Version ${version} of ${aggregateId} is missing`);
