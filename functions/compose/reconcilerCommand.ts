import { randomUUID } from 'node:crypto';
import type { CommandRequest } from '../../application/commands/commandRequest.ts';
import { continueTrace } from '../http/traceparent.ts';

/** A command that the reconciler gives because of an event, which it names. Repeating it has to be harmless: it has no key. */
export const reconcilerCommand = <Command>(command: Command, eventId: string): CommandRequest<Command> => {
  const { traceId, traceparent } = continueTrace();
  return {
    command,
    commandId: `u:${randomUUID()}`,
    keyed: false,
    fingerprint: eventId,
    actor: 'reconciler',
    correlationId: traceId,
    causationId: eventId,
    traceparent,
  };
};
