import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent } from '../../eventSourcing/commit.ts';
import { boundedCache } from '../boundedCache.ts';
import { isRecorded } from '../eventStore.ts';
import type { History } from '../history.ts';
import type { OwnerOf } from '../identity.ts';
import type { Meter } from '../meter.ts';
import { commandHandler, type CommandHandler, type Handle } from './commandHandler.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import type { CommitOptions } from './groupWork.ts';

/** Names a new aggregate; a retry of a keyed request gets the same ids. Where one is fenced, the next attempt's id takes its place. */
export type IdOf = (attempt: number) => string;

/** Executes a command on one aggregate. Throws ServiceUnavailable, and only that, when a service is away. */
export type Execute<ExtraRejection = never> = <
  Command extends { readonly type: string },
  Event extends AnyEvent,
  State,
  Rejection,
>(
  aggregate: Aggregate<Command, Event, State, Rejection>,
  id: string | IdOf,
  request: CommandRequest<Command>,
) => Promise<Outcome<Rejection | ExtraRejection>>;

export type HandlerOptions = CommitOptions & {
  readonly history: Pick<History, 'beginning' | 'readBeginning'>;
  readonly ownerOf: OwnerOf;
  readonly meter: Meter;
};

const cachedOwners = 20_000;

/** A command handler for each kind of aggregate, made when it is first asked for. */
export const createHandlers = (options: HandlerOptions) => {
  const handlers = new Map<string, unknown>();
  return <Command, Event extends AnyEvent, State, Rejection>(
    aggregate: Aggregate<Command, Event, State, Rejection>,
  ): CommandHandler<Command, State, Rejection> => {
    const made = handlers.get(aggregate.name) as CommandHandler<Command, State, Rejection> | undefined;
    if (made) return made;
    const { handle, ...states } = commandHandler(aggregate, options);
    const handler = { handle: withinReach(aggregate.name, options, handle), ...states };
    handlers.set(aggregate.name, handler);
    return handler;
  };
};

export type Handlers = ReturnType<typeof createHandlers>;

/**
 * Settles whose aggregate it is before the command waits for it, so that strangers do not hold its owner up. An aggregate of
 * somebody else takes the same request as one that does not exist.
 */
const withinReach = <Command, Rejection>(
  kind: string,
  { history, ownerOf }: Pick<HandlerOptions, 'history' | 'ownerOf'>,
  handle: Handle<Command, Rejection>,
): Handle<Command, Rejection> => {
  const owners = boundedCache<string>(cachedOwners);
  return async (aggregateId, request, presumed) => {
    const { onlyFor } = request;
    if (onlyFor !== undefined && presumed !== 'new' && owners.get(aggregateId) !== onlyFor) {
      const beginning = await history.readBeginning(aggregateId);
      const isTheirs =
        isRecorded(beginning) && beginning.aggregate === kind && ownerOf(kind, aggregateId, beginning.data) === onlyFor;
      if (!isTheirs) return { outcome: 'outOfReach' };
      owners.set(aggregateId, onlyFor);
    }
    return handle(aggregateId, request, presumed);
  };
};
