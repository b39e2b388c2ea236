import { randomUUID } from 'node:crypto';
import type { CommandRequest } from '../../application/commands/commandRequest.ts';

export type RequestFields = Partial<Omit<CommandRequest<unknown>, 'command'>>;

/** A command as a request without a key brings it; the fields replace what it would have. */
export const requestFor = <Command>(command: Command, fields: RequestFields = {}): CommandRequest<Command> => ({
  command,
  commandId: `u:${randomUUID()}`,
  keyed: false,
  fingerprint: JSON.stringify(command),
  actor: 'test',
  correlationId: 'correlation',
  traceparent: randomUUID(),
  ...fields,
});

/** The fields of a request that came with an idempotency key. */
export const keyed = (key: string = randomUUID()): RequestFields => ({ keyed: true, commandId: `k:${key}` });
