import type { EventStore } from '../eventStore.ts';
import { outcomeOfCommit, type CommandRequest, type Outcome } from './commandRequest.ts';

/** The outcome of a command that its aggregate does not decide; that of its commit, where the store has that already. */
export const unlessCommitted = async <Rejection>(
  eventStore: Pick<EventStore, 'findCommit'>,
  aggregateId: string,
  request: CommandRequest<unknown>,
  outcome: Outcome<Rejection>,
): Promise<Outcome<Rejection>> => {
  const commit = request.keyed ? await eventStore.findCommit(aggregateId, request.commandId) : undefined;
  return commit ? outcomeOfCommit(commit, request) : outcome;
};

/** Refuses a command before its aggregate decides, unless the store has its commit: then the outcome is that commit's. */
export const refuseUnlessCommitted = <Rejection>(
  eventStore: Pick<EventStore, 'findCommit'>,
  aggregateId: string,
  request: CommandRequest<unknown>,
  rejection: Rejection,
): Promise<Outcome<Rejection>> => unlessCommitted(eventStore, aggregateId, request, { outcome: 'rejected', rejection });
