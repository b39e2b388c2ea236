import type { EventStore } from '../eventStore.ts';
import { outcomeOfCommit, type CommandRequest, type Outcome } from './commandRequest.ts';

/** Refuses a command before its aggregate decides, unless the store has its commit: then the outcome is that commit's. */
export const refuseUnlessCommitted = async <Rejection>(
  eventStore: Pick<EventStore, 'findCommit'>,
  aggregateId: string,
  request: CommandRequest<unknown>,
  rejection: Rejection,
): Promise<Outcome<Rejection>> => {
  const commit = request.keyed ? await eventStore.findCommit(aggregateId, request.commandId) : undefined;
  return commit ? outcomeOfCommit(commit, request) : { outcome: 'rejected', rejection };
};
