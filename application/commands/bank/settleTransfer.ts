import { account } from '../../../domain/account/account.ts';
import type { AccountRejection } from '../../../domain/account/commands.ts';
import type { AccountEventOf, DeclineReason } from '../../../domain/account/events.ts';
import { bankEventsOf } from '../../../domain/registry.ts';
import { eventId, type Commit, type RecordedEvent } from '../../../eventSourcing/commit.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import type { HandlerOptions, Handlers } from '../handlers.ts';
import { recordedEvent } from './recordedEvent.ts';

export type TransferUnsettled = {
  /** The event store has no such transfer, or the receiver's verdict is on another one, which had this id before a restore. */
  readonly code: 'NoSuchTransfer' | 'VerdictOnAnother';
};

type Options = Pick<HandlerOptions, 'eventStore'>;

type Sent = RecordedEvent<AccountEventOf<'TransferSent'>>;

/** The command id of a transfer's end, in the partition of its sender. */
export const endCommandId = (transferId: string): string => `e:${transferId}`;

/**
 * Brings a transfer to its end: asks the receiver for its verdict, and tells the sender. Both have command ids that derive from the
 * transfer, so that anybody may settle it, any number of times: the first verdict stands, and the end comes once. The amount comes
 * from the sender's commit. Returns the outcome of the last command.
 */
export const settleTransfer = async (
  options: Options,
  handlerOf: Handlers,
  accountId: string,
  request: CommandRequest<{ readonly transfer: number }>,
): Promise<Outcome<AccountRejection | TransferUnsettled>> => {
  const { transfer } = request.command;
  const found = await recordedEvent(options.eventStore, accountId, transfer);
  if (found?.event.type !== 'TransferSent') return { outcome: 'rejected', rejection: { code: 'NoSuchTransfer' } };
  const { event: sent, commit } = found;

  const shared = { ...request, correlationId: commit.correlationId, keyed: true, onlyFor: undefined };
  const verdict = await verdictOf(options, handlerOf, shared, sent, commit);
  if ('outcome' in verdict) return verdict;
  const transferId = eventId(accountId, transfer);
  const { to, reference } = sent.data;
  return handlerOf(account).handle(accountId, {
    ...shared,
    command: { type: 'EndTransfer', transfer, to, returnedFor: verdict.declinedFor, reference },
    commandId: endCommandId(transferId),
    fingerprint: fingerprintOf(sent, commit),
    causationId: verdict.causationId,
    notBefore: verdict.occurredAt,
  });
};

type Verdict = {
  /** Undefined where the receiver has the money. */
  readonly declinedFor: DeclineReason | undefined;
  readonly causationId: string;
  readonly occurredAt: string;
};

/** Distinguishes the transfer from another one that had its id before the store was restored. */
const fingerprintOf = ({ data: { amount, received, to } }: Sent, { commandId }: Commit): string =>
  [commandId, to, amount.minor, amount.currency, received.minor, received.currency].join(' ');

const verdictOf = async (
  { eventStore }: Options,
  handlerOf: Handlers,
  shared: CommandRequest<unknown>,
  sent: Sent,
  commit: Commit,
): Promise<Verdict | Outcome<AccountRejection | TransferUnsettled>> => {
  const { id: transferId, aggregateId: from, occurredAt, data } = sent;
  const { to, amount, received, rate, reference } = data;
  const outcome = await handlerOf(account).handle(to, {
    ...shared,
    command: {
      ...{ type: 'DecideTransfer', transferId, from, sent: amount, received, rate },
      ...{ sentBy: commit.commandId, reference },
    },
    commandId: `t:${transferId}`,
    fingerprint: fingerprintOf(sent, commit),
    causationId: transferId,
    notBefore: occurredAt,
  });
  if (outcome.outcome === 'done') return verdictIn(outcome.commit);
  if (outcome.outcome === 'keyReused') return { outcome: 'rejected', rejection: { code: 'VerdictOnAnother' } };
  const isMissing = outcome.outcome === 'rejected' && outcome.rejection.code === 'AccountNotOpen';
  if (outcome.outcome !== 'fenced' && !isMissing) return outcome;
  // After a restore the receiver may be gone. A verdict never begins an account: a fence keeps it from coming back.
  if (outcome.outcome !== 'fenced' && (await eventStore.fence(to)) !== 'fenced') return { outcome: 'contention' };
  return { declinedFor: 'receiverCannotTake', causationId: transferId, occurredAt };
};

const verdictIn = (commit: Commit): Verdict => {
  for (const event of bankEventsOf(commit)) {
    const { id: causationId, occurredAt } = event;
    if (event.type === 'TransferReceived') return { declinedFor: undefined, causationId, occurredAt };
    if (event.type === 'TransferDeclined') return { declinedFor: event.data.reason, causationId, occurredAt };
  }
  throw new Error(`Commit ${commit.aggregateId}:${commit.version} has no verdict`);
};
