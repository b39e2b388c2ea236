import { account } from '../../../domain/account/account.ts';
import type { AccountCommandOf, AccountRejection, CaptureHold } from '../../../domain/account/commands.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import type { HandlerOptions, Handlers } from '../handlers.ts';
import { recordedEvent } from './recordedEvent.ts';
import { receiverOf } from './sendTransfer.ts';

export type NoSuchHold = { readonly code: 'NoSuchHold' };

/** Captures or releases a hold. The state knows open holds alone: a refusal asks the events whether there ever was this one. */
export const changeHold = async (
  { eventStore }: Pick<HandlerOptions, 'eventStore'>,
  handlerOf: Handlers,
  accountId: string,
  request: CommandRequest<CaptureHold | AccountCommandOf<'ReleaseHold'>>,
): Promise<Outcome<AccountRejection | NoSuchHold>> => {
  const { command } = request;
  const to = command.type === 'CaptureHold' ? command.to : undefined;
  const informed = to && { to: { ...to, receiver: await receiverOf(handlerOf, to) } };
  const outcome = await handlerOf(account).handle(accountId, { ...request, command: { ...command, ...informed } });
  if (!refusals.includes(outcome.outcome)) return outcome;
  const found = await recordedEvent(eventStore, accountId, command.hold);
  return found?.event.type === 'HoldPlaced' ? outcome : { outcome: 'rejected', rejection: { code: 'NoSuchHold' } };
};

/** These outcomes tell the caller something about the hold, so there has to be one. */
const refusals: readonly Outcome<never>['outcome'][] = ['rejected', 'versionMismatch', 'keyReused'];
