import type { Aggregate } from '../../domain/aggregate.ts';
import type { Commit } from '../../domain/commit.ts';
import { boundedCache } from '../boundedCache.ts';
import { replay, type CommandRequest, type Outcome } from './commandRequest.ts';
import { loadCurrent, reloadCurrent, unbegun, type CurrentState } from './currentState.ts';
import { decideGroup, headOf, type Accepted, type Refused } from './decideGroup.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';

const maximumAttempts = 8;
const cachedAggregates = 10_000;

/** Whether an aggregate that is not cached is loaded first, or taken for new, which spares the read if it is. */
export type Presumed = 'begun' | 'new';

/** A command that waits for its outcome; of several settlements the first counts. */
export type Waiting<Command, Rejection> = {
  readonly request: CommandRequest<Command>;
  readonly presumed: Presumed;
  readonly settle: (outcome: Outcome<Rejection>) => void;
  readonly fail: (error: unknown) => void;
};

export type CommitOptions = {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  /** Waits before the second and every further attempt; longer and with more jitter each time. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly onCommitted: (commits: readonly Commit[]) => void;
};

/**
 * Decides the commands of one aggregate and appends what is accepted, in one batch. Settles each; none fails another.
 *
 * An acceptance may rest on the cached head, since the append proves it. A refusal never does, and a command that may
 * have been here before is refused only once its commit was looked for. Throws what fails all of them.
 */
export const groupCommitter = <Command, Event extends { type: string; data: unknown }, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  { eventStore, clock, pause, onCommitted }: CommitOptions,
) => {
  type Item = Waiting<Command, Rejection>;
  const heads = boundedCache<CurrentState<State>>(cachedAggregates);

  const remember = <Loaded extends CurrentState<State> | 'fenced'>(aggregateId: string, loaded: Loaded): Loaded => {
    if (loaded !== 'fenced' && loaded.etag !== undefined) heads.set(aggregateId, loaded);
    return loaded;
  };

  return async (aggregateId: string, group: readonly Item[]): Promise<void> => {
    let waiting = group;
    /** Those that were sent to the store without a clear answer: they may have been appended. */
    const sent = new Set<Item>();
    let current: CurrentState<State> | 'fenced' | undefined = heads.get(aggregateId);
    if (!current && group.every(({ presumed }) => presumed === 'new')) current = unbegun(aggregate);
    let fresh = false;
    let failure: ServiceUnavailable | undefined;

    for (let attempt = 0; attempt < maximumAttempts && waiting.length > 0; attempt += 1) {
      if (attempt > 0) await pause(attempt);
      if (!current) {
        current = remember(aggregateId, await loadCurrent(aggregate, eventStore, aggregateId));
        fresh = true;
      }
      if (current === 'fenced') {
        waiting.forEach(({ settle }) => settle({ outcome: 'fenced' }));
        return;
      }

      const { accepted, refused, after } = decideGroup(aggregate, aggregateId, current, waiting, clock.now());
      if (accepted.length > 0) {
        const result = await append(aggregateId, accepted, after, current.etag);
        if (result.outcome !== 'appended') {
          // The client may have sent the batch twice itself: even 'stale' can be the echo of one that took effect.
          accepted.forEach(({ item }) => sent.add(item));
          failure = result.outcome === 'unknown' ? result.failure : undefined;
          if (result.outcome === 'commandUsed') {
            // It is seldom alone: a batch tells only of its first, and there are not attempts enough for one each.
            const mayBeUsed = (item: Item) =>
              item.request.commandId === result.commandId || (attempt > 0 && mayBeCommitted(item, sent));
            waiting = await settleCommitted(aggregateId, waiting, mayBeUsed);
          }
          current = undefined;
          continue;
        }
      } else if (!fresh) {
        const newer: CurrentState<State> | 'fenced' | 'unchanged' = await reloadCurrent(
          aggregate,
          eventStore,
          aggregateId,
          current.etag,
        );
        fresh = true;
        if (newer !== 'unchanged') {
          current = remember(aggregateId, newer);
          continue;
        }
      }
      await refuse(aggregateId, refused, sent);
      return;
    }
    waiting = await settleCommitted(aggregateId, waiting, (item) => sent.has(item));
    if (failure) throw failure;
    waiting.forEach(({ settle }) => settle({ outcome: 'contention' }));
  };

  /** Settles what it appended. 'unknown': whether anything was written is left open. */
  async function append(
    aggregateId: string,
    accepted: readonly Accepted<Item>[],
    after: CurrentState<State>,
    expectedEtag: string | undefined,
  ) {
    const commits = accepted.map(({ commit }) => commit);
    // Whatever comes of it: what is cached is not the head any more, or never was.
    heads.delete(aggregateId);
    try {
      const result = await eventStore.append(commits, headOf(aggregate, after), expectedEtag);
      if (result.outcome !== 'appended') return result;
      heads.set(aggregateId, { ...after, etag: result.etag });
    } catch (error) {
      if (!(error instanceof ServiceUnavailable && error.outcomeUnknown)) throw error;
      return { outcome: 'unknown', failure: error } as const;
    }
    accepted.forEach(({ item, commit }) => item.settle({ outcome: 'done', commit, replayed: false }));
    onCommitted(commits);
    return { outcome: 'appended' } as const;
  }

  /** Looks for the commits of the suspects, and settles those whose is in the store already; returns the others. */
  async function settleCommitted(
    aggregateId: string,
    items: readonly Item[],
    isSuspect: (item: Item) => boolean,
  ): Promise<readonly Item[]> {
    const unsettled = await Promise.all(
      items.map(async (item) => {
        if (!isSuspect(item)) return item;
        try {
          const commit = await eventStore.findCommit(aggregateId, item.request.commandId);
          if (!commit) return item;
          const outcome = replay(commit, item.request);
          item.settle(outcome);
          if (outcome.outcome === 'done' && !outcome.replayed) onCommitted([commit]);
        } catch (error) {
          item.fail(error);
        }
        return undefined;
      }),
    );
    return unsettled.filter((item) => item !== undefined);
  }

  async function refuse(aggregateId: string, refused: readonly Refused<Item, Rejection>[], sent: ReadonlySet<Item>) {
    const items = refused.map(({ item }) => item);
    const unsettled = new Set(await settleCommitted(aggregateId, items, (item) => mayBeCommitted(item, sent)));
    for (const { item, outcome } of refused) if (unsettled.has(item)) item.settle(outcome);
  }
};

/** Whether a command may have been here before: with a key, or in a batch that had no clear answer. */
const mayBeCommitted = <Item extends Waiting<unknown, never>>(item: Item, sent: ReadonlySet<Item>): boolean =>
  item.request.keyed || sent.has(item);
