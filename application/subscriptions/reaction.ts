import { eventId } from '../../eventSourcing/commit.ts';
import type { CommandRequest, Outcome } from '../commands/commandRequest.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { traceIdOf, traceparentIn } from '../trace.ts';
import type { Delivery } from './readBatch.ts';
import { Unhandleable, type AggregateCommand } from './subscriber.ts';

/** Executes the commands to which an event leads for a listener. Throws Unhandleable and ServiceUnavailable. */
export type ExecuteReaction = (
  listener: string,
  delivery: Delivery,
  commands: readonly AggregateCommand[],
) => Promise<void>;

type Options = {
  /** Executes a command on one aggregate. Throws ServiceUnavailable. */
  readonly execute: (
    aggregate: AggregateCommand['aggregate'],
    id: string,
    request: CommandRequest<never>,
  ) => Promise<Outcome<{ readonly code: string }>>;
  readonly newId: () => string;
};

/**
 * A refusal has no caller to whom it could be told. So it parks the message with the rejection's code: people see it, and can
 * resubmit it once its reason is gone. The commands after it are not executed, since they may rest on it.
 */
export const createReactions =
  ({ execute, newId }: Options): ExecuteReaction =>
  async (listener, { message, event }, commands) => {
    const caused = eventId(event.aggregateId, event.version);
    const trace = traceparentIn(message.body);
    for (const [index, { aggregate, id, command }] of commands.entries()) {
      const commandId = `r:${listener}:${caused}:${index}`;
      const outcome = await execute(aggregate, id, {
        command: command as never,
        commandId,
        keyed: true,
        // The same for every command with this id: the one that was accepted first counts, whatever a later release reacts with.
        fingerprint: commandId,
        actor: `reaction:${listener}`,
        correlationId: traceIdOf(trace),
        causationId: caused,
        traceparent: newSpanIn(trace, newId),
      });
      settle(outcome, `${command.type} to ${aggregate.name} ${id}`);
    }
  };

/** Returns where the command had its effect, and throws otherwise. The text names no amounts: the log has it, too. */
const settle = (outcome: Outcome<{ readonly code: string }>, command: string): void => {
  switch (outcome.outcome) {
    case 'done':
    case 'unchanged':
      return;
    case 'rejected':
      throw new Unhandleable(`${command} was rejected: ${outcome.rejection.code}`);
    case 'contention':
    case 'overloaded':
      throw new ServiceUnavailable(`The aggregate of ${command}`);
    case 'fenced':
    case 'keyReused':
    case 'outOfReach':
    case 'tooLarge':
    case 'versionMismatch':
      throw new Unhandleable(`${command} was refused: ${outcome.outcome}`);
  }
};

/** The trace that goes on from the request that led to the event. */

/** A span of its own tells a repeated command from one whose answer was lost. */
const newSpanIn = (traceparent: string, newId: () => string): string =>
  `${traceparent.slice(0, 36)}${newId().replaceAll('-', '').slice(16)}${traceparent.slice(52)}`;
