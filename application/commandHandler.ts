import type { Aggregate } from '../domain/aggregate.ts';
import type { Commit } from '../domain/commit.ts';
import { boundedCache } from './boundedCache.ts';
import { replay, type CommandRequest, type Outcome } from './commands.ts';
import type { Cost, Meter } from './meter.ts';
import { loadCurrent, unbegun, type CurrentState } from './currentState.ts';
import { decideGroup, headOf, type Accepted, type Refused } from './decideGroup.ts';
import { maximumGroup, ServiceUnavailable, type Clock, type EventStore } from './ports.ts';

const maximumAttempts = 8;
const maximumWaiting = 1_000;
const cachedAggregates = 10_000;

type Waiting<Command, Rejection> = {
  readonly request: CommandRequest<Command>;
  readonly presumed: Presumed;
  /** True with an idempotency key, and once an append of it ended without an answer. */
  mayBeCommitted: boolean;
  readonly charge: (cost: Readonly<Cost>) => void;
  readonly settle: (outcome: Outcome<Rejection>) => void;
  readonly fail: (error: unknown) => void;
};

/** Whether an aggregate that is not cached is loaded first, or taken for new, which spares the read if it is. */
type Presumed = 'begun' | 'new';

export type CommandHandler<Command, Rejection> = (
  aggregateId: string,
  request: CommandRequest<Command>,
  presumed?: Presumed,
) => Promise<Outcome<Rejection>>;

type Options = {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Waits before the second and every further attempt; longer and with more jitter each time. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly onCommitted: (commits: readonly Commit[]) => void;
};

/**
 * Load, decide, append, for one kind of aggregate. Commands of one aggregate that arrive while a commit is under way
 * are decided one after another and appended together.
 *
 * An acceptance may rest on the cached head, since the append proves it. A refusal never does, and with a key it is
 * given only once the key is known not to have been used. Throws ServiceUnavailable.
 */
export const commandHandler = <Command, Event extends { type: string; data: unknown }, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  { eventStore, clock, meter, pause, onCommitted }: Options,
): CommandHandler<Command, Rejection> => {
  type Item = Waiting<Command, Rejection>;
  const heads = boundedCache<CurrentState<State>>(cachedAggregates);
  const queues = new Map<string, Item[]>();

  /** What the group cost is each one's waiting, and all their expense together. */
  const handleMetered = (aggregateId: string, group: readonly Item[]): Promise<void> =>
    meter.measure((cost) => {
      const items = group.map((item) => ({
        ...item,
        settle(outcome: Outcome<Rejection>) {
          item.charge({ trips: cost.trips, units: cost.units / group.length });
          item.settle(outcome);
        },
      }));
      return handleGroup(aggregateId, items);
    });

  const handleGroup = async (aggregateId: string, group: readonly Item[]): Promise<void> => {
    let waiting = group;
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

      const decided = decideGroup(aggregate, aggregateId, current, waiting, clock.now());
      if (decided.accepted.length > 0) {
        const result = await append(aggregateId, decided.accepted, decided.after, current.etag);
        if (result !== 'appended') {
          failure = result instanceof ServiceUnavailable ? result : undefined;
          if (result === 'commandUsed') waiting = await settleCommitted(aggregateId, waiting);
          heads.delete(aggregateId);
          current = undefined;
          continue;
        }
      } else if (!fresh) {
        const newer: CurrentState<State> | 'fenced' | 'unchanged' = await loadCurrent(
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
      return refuse(aggregateId, decided.refused);
    }
    if (failure) throw failure;
    waiting.forEach(({ settle }) => settle({ outcome: 'contention' }));
  };

  const remember = (aggregateId: string, current: CurrentState<State> | 'fenced') => {
    if (current !== 'fenced' && current.etag !== undefined) heads.set(aggregateId, current);
    return current;
  };

  /** Settles what it appended. A failure in return is one that leaves open whether anything was written. */
  const append = async (
    aggregateId: string,
    accepted: readonly Accepted<Item>[],
    after: CurrentState<State>,
    expectedEtag: string | undefined,
  ): Promise<'appended' | 'stale' | 'commandUsed' | ServiceUnavailable> => {
    const commits = accepted.map(({ commit }) => commit);
    try {
      const result = await eventStore.append(commits, headOf(aggregate, after), expectedEtag);
      if (result.outcome !== 'appended') return result.outcome;
      heads.set(aggregateId, { ...after, etag: result.etag });
    } catch (error) {
      heads.delete(aggregateId);
      if (!(error instanceof ServiceUnavailable && error.outcomeUnknown)) throw error;
      accepted.forEach(({ item }) => (item.mayBeCommitted = true));
      return error;
    }
    onCommitted(commits);
    accepted.forEach(({ item, commit }) => item.settle({ outcome: 'done', commit, replayed: false }));
    return 'appended';
  };

  /** Settles those whose commit is in the store already; returns the others. */
  const settleCommitted = async (aggregateId: string, items: readonly Item[]): Promise<readonly Item[]> => {
    const found = await Promise.all(
      items.map(async ({ mayBeCommitted, request }) =>
        mayBeCommitted ? await eventStore.findCommit(aggregateId, request.commandId) : undefined,
      ),
    );
    return items.filter(({ request, settle }, index) => {
      const commit = found[index];
      if (commit) settle(replay(commit, request.fingerprint));
      return !commit;
    });
  };

  const refuse = async (aggregateId: string, refused: readonly Refused<Item, Rejection>[]): Promise<void> => {
    const items = refused.map(({ item }) => item);
    const unsettled = new Set(await settleCommitted(aggregateId, items));
    for (const { item, outcome } of refused) if (unsettled.has(item)) item.settle(outcome);
  };

  const work = async (aggregateId: string, queue: Item[]): Promise<void> => {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      try {
        await handleMetered(aggregateId, group);
      } catch (error) {
        group.forEach(({ fail }) => fail(error));
      }
    }
    queues.delete(aggregateId);
  };

  return (aggregateId, request, presumed = 'begun') =>
    new Promise((settle, fail) => {
      const item: Item = { request, presumed, mayBeCommitted: request.keyed, charge: meter.account(), settle, fail };
      const queue = queues.get(aggregateId);
      if (!queue) {
        const begun = [item];
        queues.set(aggregateId, begun);
        void work(aggregateId, begun);
      } else if (queue.length < maximumWaiting) {
        queue.push(item);
      } else {
        settle({ outcome: 'overloaded' });
      }
    });
};

/** Removes the next group from a queue. Of equal command ids the first goes; the others will find its commit. */
const takeGroup = <Item extends { readonly request: { readonly commandId: string } }>(queue: Item[]): Item[] => {
  const taken = new Map<string, Item>();
  const left: Item[] = [];
  for (const item of queue.splice(0)) {
    const { commandId } = item.request;
    if (taken.size < maximumGroup && !taken.has(commandId)) taken.set(commandId, item);
    else left.push(item);
  }
  queue.push(...left);
  return [...taken.values()];
};
