import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent, Commit } from '../../eventSourcing/commit.ts';
import { boundedCache } from '../boundedCache.ts';
import type { Clock } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import type { OwnerOf } from '../identity.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { outcomeOfCommit, type CommandRequest, type Outcome } from './commandRequest.ts';
import { loadCurrent, loadCurrentIfChanged, unbegun, type CurrentState } from './currentState.ts';
import { decideGroup, headOf, type Accepted, type Decided, type Refused } from './decideGroup.ts';

const maximumAttempts = 8;
const cachedAggregates = 10_000;

/** Whether the app loads an aggregate that it has not cached, or takes it for new, which spares the read if it is. */
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
  readonly ownerOf: OwnerOf;
  readonly clock: Clock;
  /** Waits before the second and every further attempt; longer and with more jitter each time. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly onCommitted: (commits: readonly Commit[]) => void;
};

/** Where an attempt stands once all commands are decided. */
export type NextStep = 'append' | 'proveState' | 'refuse';

/**
 * An acceptance may rest on a cached state, since the append proves it. A refusal never does: before it, the state is proved
 * current.
 */
export const nextStep = (
  { accepted }: Pick<Decided<unknown, unknown, unknown>, 'accepted'>,
  isProved: boolean,
): NextStep => {
  if (accepted.length > 0) return 'append';
  return isProved ? 'refuse' : 'proveState';
};

/**
 * Whether a command may have been here before: it came with a key, or the store gave no clear answer to a batch with it. Even 'stale'
 * is no clear answer, since the client may have sent the batch twice: it can be the echo of a batch that took effect.
 */
export const mayBeCommitted = <Item extends { readonly request: { readonly keyed: boolean } }>(
  item: Item,
  sent: ReadonlySet<Item>,
): boolean => item.request.keyed || sent.has(item);

/**
 * Decides the commands of one aggregate and appends the accepted ones in one batch. Settles each; none fails another.
 * A command that may have been here before is refused only once its commit was looked for. Throws what fails all of them.
 */
export const groupCommitter = <Command, Event extends AnyEvent, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  { eventStore, ownerOf, clock, pause, onCommitted }: CommitOptions,
) => {
  type Item = Waiting<Command, Rejection>;
  const cache = boundedCache<CurrentState<State>>(cachedAggregates);

  return async (aggregateId: string, group: readonly Item[]): Promise<void> => {
    let waiting = group;
    const sent = new Set<Item>();
    let current = cache.get(aggregateId) ?? (group.every(isPresumedNew) ? unbegun(aggregate) : undefined);
    let isProved = false;
    let failure: ServiceUnavailable | undefined;

    for (let attempt = 0; attempt < maximumAttempts && waiting.length > 0; attempt += 1) {
      if (attempt > 0) await pause(attempt);

      // 1. Know the state.
      if (!current) {
        const loaded = remember(aggregateId, await loadCurrent(aggregate, eventStore, aggregateId));
        if (loaded === 'fenced') {
          settleAll(waiting, { outcome: 'fenced' });
          return;
        }
        [current, isProved] = [loaded, true];
      }

      // 2. Decide every command on the state that those before it leave.
      const decided = decideGroup(aggregate, aggregateId, current, waiting, clock.now(), ownerOf);
      const step = nextStep(decided, isProved);

      // 3. Where nothing is accepted, prove the state before anything is refused; decide again if it has changed.
      if (step === 'proveState') {
        const newer = await loadCurrentIfChanged(aggregate, eventStore, aggregateId, current);
        if (newer === 'fenced') {
          settleAll(waiting, { outcome: 'fenced' });
          return;
        }
        isProved = true;
        if (newer !== 'unchanged') {
          current = remember(aggregateId, newer);
          continue;
        }
      }

      // 4. Append what is accepted. Where the store refuses it, or does not say, settle what it has and begin again.
      if (step === 'append') {
        const result = await append(aggregateId, decided, current.etag);
        if (result.outcome !== 'appended') {
          decided.accepted.forEach(({ item }) => sent.add(item));
          failure = result.outcome === 'unknown' ? result.failure : undefined;
          if (result.outcome === 'commandUsed') {
            // A used command is seldom alone: the store names the first of a batch, and there are not attempts enough for one each.
            const isSuspect = (item: Item) =>
              item.request.commandId === result.commandId || (attempt > 0 && mayBeCommitted(item, sent));
            waiting = await settleCommitted(aggregateId, waiting, isSuspect);
          }
          current = undefined;
          continue;
        }
      }

      // 5. Refuse the others.
      return refuse(aggregateId, decided.refused, sent);
    }

    // 6. The attempts are used up.
    waiting = await settleCommitted(aggregateId, waiting, (item) => sent.has(item));
    if (failure) throw failure;
    settleAll(waiting, { outcome: 'contention' });
  };

  function settleAll(items: readonly Item[], outcome: Outcome<never>): void {
    for (const { settle } of items) settle(outcome);
  }

  function remember<Loaded extends CurrentState<State> | 'fenced'>(aggregateId: string, loaded: Loaded): Loaded {
    if (loaded !== 'fenced' && loaded.etag !== undefined) cache.set(aggregateId, loaded);
    return loaded;
  }

  /** Appends and settles what is accepted. 'unknown': the store may have written it or not. */
  async function append(
    aggregateId: string,
    { accepted, after }: { readonly accepted: readonly Accepted<Item>[]; readonly after: CurrentState<State> },
    expectedEtag: string | undefined,
  ) {
    const commits = accepted.map(({ commit }) => commit);
    // The cached state is no longer the newest, or never was, whatever the store answers.
    cache.delete(aggregateId);
    try {
      const result = await eventStore.append(commits, headOf(aggregate, after), expectedEtag);
      if (result.outcome !== 'appended') return result;
      cache.set(aggregateId, { ...after, etag: result.etag });
    } catch (error) {
      if (!(error instanceof ServiceUnavailable && error.outcomeUnknown)) throw error;
      return { outcome: 'unknown', failure: error } as const;
    }
    accepted.forEach(({ item, commit }) => item.settle({ outcome: 'done', commit, replayed: false }));
    onCommitted(commits);
    return { outcome: 'appended' } as const;
  }

  /** Looks for the commits of the suspects, and settles those that the store has; returns the other items. */
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
          const outcome = outcomeOfCommit(commit, item.request);
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

const isPresumedNew = ({ presumed }: { readonly presumed: Presumed }): boolean => presumed === 'new';
