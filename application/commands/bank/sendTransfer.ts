import { account } from '../../../domain/account/account.ts';
import type { AccountRejection, Receiver, SendTransfer } from '../../../domain/account/commands.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import type { Handlers } from '../executor.ts';

/** Sends money to another account, as far as this instance knows that account: it refuses later what is seen too late. */
export const sendTransfer = async (
  handlerOf: Handlers,
  accountId: string,
  request: CommandRequest<SendTransfer>,
): Promise<Outcome<AccountRejection>> => {
  const { command } = request;
  const receiver = await receiverOf(handlerOf, { id: command.to, isSame: command.isSame });
  return handlerOf(account).handle(accountId, { ...request, command: { ...command, receiver } });
};

/** The receiver of a transfer, as far as this instance knows the account. */
export const receiverOf = async (
  handlerOf: Handlers,
  { id, isSame }: { readonly id: string; readonly isSame: boolean },
): Promise<Receiver> => {
  if (isSame) return undefined;
  const state = await handlerOf(account).known(id);
  return state.status === 'unopened' ? undefined : { currency: state.currency, isClosed: state.status === 'closed' };
};
