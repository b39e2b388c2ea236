import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent } from '../../eventSourcing/commit.ts';
import { boundedCache } from '../boundedCache.ts';
import { loadCurrent } from './currentState.ts';
import { GroupWork, type Cache, type CommitOptions, type Waiting } from './groupWork.ts';

const cachedAggregates = 10_000;

/**
 * Decides the commands of one aggregate and appends the accepted ones together. Settles each; none fails another.
 * A command that may have been here before is refused only once its commit was looked for. Throws what fails all of them.
 */
export const groupCommitter = <Command, Event extends AnyEvent, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  options: CommitOptions,
) => {
  const cache: Cache<State> = boundedCache(cachedAggregates);

  return {
    commit: async (aggregateId: string, group: readonly Waiting<Command, Rejection>[]): Promise<void> => {
      // The commands that do not fit into one append form the next group.
      for (let left = group; left.length > 0;) {
        left = await new GroupWork(aggregate, options, cache, aggregateId, left).run();
      }
    },
    cached: (aggregateId: string): State | undefined => cache.get(aggregateId)?.state,
    known: async (aggregateId: string): Promise<State> => {
      const cached = cache.get(aggregateId);
      if (cached) return cached.state;
      const provedAt = options.clock.now();
      const loaded = await loadCurrent(aggregate, options.eventStore, aggregateId);
      if (loaded === 'fenced') return aggregate.initial;
      // A command may have left a newer state there meanwhile.
      if (loaded.version > 0 && !cache.get(aggregateId)) cache.set(aggregateId, { ...loaded, provedAt });
      return loaded.state;
    },
  };
};
