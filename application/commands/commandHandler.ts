import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import type { CurrentState } from './currentState.ts';
import { GroupWork, type CommitOptions, type Presumed, type Waiting } from './groupWork.ts';
import { createKnownStates } from './knownStates.ts';
import type { Cost, Meter } from '../meter.ts';
import { maximumGroup } from '../eventStore.ts';

const maximumWaiting = 1_000;
/** Nobody fills a queue alone: others always find places in it. */
const maximumOfOneActor = 500;

export type Handle<Command, Rejection> = (
  aggregateId: string,
  request: CommandRequest<Command>,
  presumed?: Presumed,
) => Promise<Outcome<Rejection>>;

export type CommandHandler<Command, State, Rejection> = {
  readonly handle: Handle<Command, Rejection>;
  /**
   * The state of an aggregate that a command to another one goes by, as this instance knows it: others may have changed it since.
   * It is the initial state where the aggregate has not begun. Throws ServiceUnavailable.
   */
  readonly known: (aggregateId: string) => Promise<State>;
  /** The same, without a request; undefined where this instance does not know it. */
  readonly cached: (aggregateId: string) => CurrentState<State> | undefined;
};

type Queued<Command, Rejection> = Waiting<Command, Rejection> & {
  readonly outcome: Promise<Outcome<Rejection>>;
  readonly charge: (cost: Readonly<Cost>) => void;
};

/**
 * Handles the commands of one kind of aggregate in this instance. Commands of one aggregate that arrive while a commit is under
 * way wait; the handler then decides them one after another and appends them together. Throws ServiceUnavailable.
 */
export const commandHandler = <Command, Event extends { type: string; data: unknown }, State, Rejection>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  { meter, ...options }: CommitOptions & { readonly meter: Meter },
): CommandHandler<Command, State, Rejection> => {
  type Item = Queued<Command, Rejection>;
  const states = createKnownStates(aggregate, options);
  const queues = new Map<string, Item[]>();

  const commit = async (aggregateId: string, group: readonly Waiting<Command, Rejection>[]): Promise<void> => {
    // The commands that do not fit into one append form the next group.
    for (let left = group; left.length > 0;) {
      left = await new GroupWork(aggregate, options, states, aggregateId, left).run();
    }
  };

  const work = async (aggregateId: string, queue: Item[]): Promise<void> => {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      try {
        const work = (cost: Readonly<Cost>) => commit(aggregateId, group.map(charged(cost, group.length)));
        await meter.measure(work, group[0]?.request.traceparent);
      } catch (error) {
        group.forEach(({ fail }) => fail(error));
      }
    }
    queues.delete(aggregateId);
  };

  const handle: Handle<Command, Rejection> = (aggregateId, request, presumed = 'begun') => {
    const queue = queues.get(aggregateId);
    const same = queue?.find((item) => isRepeat(item.request, request));
    if (same) return same.outcome.then(repeated);
    if (queue && isFull(queue, request.actor)) return Promise.resolve({ outcome: 'overloaded' });

    const { promise: outcome, resolve: settle, reject: fail } = Promise.withResolvers<Outcome<Rejection>>();
    const item: Item = { request, presumed, outcome, settle, fail, charge: meter.bill() };
    if (queue) {
      queue.push(item);
    } else {
      const begun = [item];
      queues.set(aggregateId, begun);
      void work(aggregateId, begun);
    }
    return outcome;
  };
  return {
    handle,
    known: (aggregateId) => states.stateOf(aggregateId),
    cached: (aggregateId) => states.cached(aggregateId),
  };
};

const isFull = (queue: readonly { readonly request: { readonly actor: string } }[], actor: string): boolean =>
  queue.length >= maximumWaiting ||
  (queue.length >= maximumOfOneActor &&
    queue.filter(({ request }) => request.actor === actor).length >= maximumOfOneActor);

/** Charges each command all trips of its group, since it waited for them, and its share of the group's units. */
const charged =
  (cost: Readonly<Cost>, size: number) =>
  <Command, Rejection>(item: Queued<Command, Rejection>): Waiting<Command, Rejection> => ({
    ...item,
    settle(outcome) {
      item.charge({ trips: cost.trips, units: cost.units / size });
      item.settle(outcome);
    },
  });

/** Removes the next group from a queue: the first command of each command id. The others wait, and will find its commit. */
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

/** Whether it is the very same request again, while the first still waits. */
const isRepeat = (waiting: CommandRequest<unknown>, request: CommandRequest<unknown>): boolean =>
  waiting.commandId === request.commandId &&
  waiting.fingerprint === request.fingerprint &&
  waiting.expectedVersions?.toString() === request.expectedVersions?.toString();

const repeated = <Rejection>(outcome: Outcome<Rejection>): Outcome<Rejection> =>
  outcome.outcome === 'done' ? { ...outcome, replayed: true } : outcome;
