import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import type { AnyEvent } from '../../eventSourcing/commit.ts';
import type { Meter } from '../meter.ts';
import { commandHandler, type CommandHandler } from './commandHandler.ts';
import type { CommandRequest, Outcome } from './commandRequest.ts';
import type { CommitOptions } from './commitGroup.ts';

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

export type ExecutorOptions = CommitOptions & { readonly meter: Meter };

/** A command handler for each kind of aggregate, made when it is first asked for. */
export const createHandlers = (options: ExecutorOptions) => {
  const handlers = new Map<string, unknown>();
  return <Command, Event extends AnyEvent, State, Rejection>(
    aggregate: Aggregate<Command, Event, State, Rejection>,
  ): CommandHandler<Command, Rejection> => {
    const known = handlers.get(aggregate.name) as CommandHandler<Command, Rejection> | undefined;
    const handler = known ?? commandHandler(aggregate, options);
    handlers.set(aggregate.name, handler);
    return handler;
  };
};
