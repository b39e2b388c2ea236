import type { AnyEvent } from '../../eventSourcing/commit.ts';
import { boundedCache } from '../boundedCache.ts';
import type { Clock } from '../clock.ts';
import type { EventStore, Fenced } from '../eventStore.ts';
import type { Foldable } from '../fold.ts';
import { loadCurrent, unbegun, type CurrentState } from './currentState.ts';

const cachedAggregates = 10_000;

/** A state that was the newest at some instant (ms); 0 for one that may never have been. */
export type Known<State> = CurrentState<State> & { readonly provedAt: number };

export type KnownStates<State> = ReturnType<typeof createKnownStates<AnyEvent, State>>;

/** The aggregates of one kind as this instance knows them: others may have changed them since. */
export const createKnownStates = <Event extends AnyEvent, State>(
  aggregate: Foldable<Event, State>,
  { eventStore, clock }: { readonly eventStore: Pick<EventStore, 'loadNewest' | 'readCommits'>; readonly clock: Clock },
) => {
  const cache = boundedCache<Known<State>>(cachedAggregates);
  const provedNow = (state: CurrentState<State>): Known<State> => ({ ...state, provedAt: clock.now() });

  /** Notes a state that has just proved to be the newest. */
  const remember = (aggregateId: string, newest: CurrentState<State>): Known<State> => {
    const known = provedNow(newest);
    if (newest.version > 0) cache.set(aggregateId, known);
    return known;
  };

  return {
    remember,
    cached: (aggregateId: string): Known<State> | undefined => cache.get(aggregateId),
    forget: (aggregateId: string): void => cache.delete(aggregateId),
    /** That of an aggregate without events. */
    unbegun: (): Known<State> => provedNow(unbegun(aggregate)),
    /** The newest state, by a request. */
    async load(aggregateId: string): Promise<Known<State> | Fenced> {
      const loaded = await loadCurrent(aggregate, eventStore, aggregateId);
      return loaded === 'fenced' ? loaded : remember(aggregateId, loaded);
    },
    /** The state by which a command to another aggregate goes: by a request only where this instance does not know it. */
    async stateOf(aggregateId: string): Promise<State> {
      const cached = cache.get(aggregateId);
      if (cached) return cached.state;
      const provedAt = clock.now();
      const loaded = await loadCurrent(aggregate, eventStore, aggregateId);
      if (loaded === 'fenced') return aggregate.initial;
      // A command may have left a newer state there meanwhile.
      if (loaded.version > 0 && !cache.get(aggregateId)) cache.set(aggregateId, { ...loaded, provedAt });
      return loaded.state;
    },
    /** Whether nobody here has proved the state for this time (ms). */
    isOlder: ({ provedAt }: Known<State>, ms: number): boolean => provedAt <= clock.now() - ms,
  };
};
