import { account } from '../../../domain/account/account.ts';
import type { AccountRejection, ReverseTransaction } from '../../../domain/account/commands.ts';
import type { BankEvent } from '../../../domain/registry.ts';
import { eventId } from '../../../eventSourcing/commit.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import type { HandlerOptions, Handlers } from '../handlers.ts';
import { recordedEvent } from './recordedEvent.ts';

export type ReversalRefused = { readonly code: 'NoSuchEvent' | 'AlreadyReversed' };

/** Reverses a transaction under a command id that derives from it, so that a second reversal is impossible for good. */
export const reverseTransaction = async (
  { eventStore }: Pick<HandlerOptions, 'eventStore'>,
  handlerOf: Handlers,
  accountId: string,
  request: CommandRequest<ReverseTransaction>,
): Promise<Outcome<AccountRejection | ReversalRefused>> => {
  const { command } = request;
  const { reverses } = command;
  const event = (await recordedEvent(eventStore, accountId, reverses))?.event;
  if (event?.aggregate !== account.name) return { outcome: 'rejected', rejection: { code: 'NoSuchEvent' } };
  const outcome = await handlerOf(account).handle(accountId, {
    ...request,
    command: { ...command, original: originalOf(event) },
    commandId: `v:${eventId(accountId, reverses)}`,
    keyed: true,
    // The same caller, key and request get the first answer again; without a key no two requests are the same.
    fingerprint: `${request.commandId} ${request.fingerprint}`,
  });
  return outcome.outcome === 'keyReused' ? { outcome: 'rejected', rejection: { code: 'AlreadyReversed' } } : outcome;
};

const originalOf = (event: BankEvent): ReverseTransaction['original'] => {
  if (event.type === 'MoneyDeposited') return { kind: 'deposit', amount: event.data.amount };
  return event.type === 'MoneyWithdrawn' ? { kind: 'withdrawal', amount: event.data.amount } : undefined;
};
