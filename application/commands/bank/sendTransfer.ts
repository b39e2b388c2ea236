import { account } from '../../../domain/account/account.ts';
import type { AccountRejection, Receiver, SendTransfer } from '../../../domain/account/commands.ts';
import type { CommandRequest, Outcome } from '../commandRequest.ts';
import { exchange } from '../../../domain/exchange.ts';
import { isSameMoney } from '../../../domain/money.ts';
import type { HandlerOptions, Handlers } from '../handlers.ts';
import { recordedEvent } from './recordedEvent.ts';

/**
 * Sends money to another account, as far as this instance knows that account: it refuses later what is seen too late. A quote counts
 * only at a rate that the bank has set.
 */
export const sendTransfer = async (
  { eventStore }: Pick<HandlerOptions, 'eventStore'>,
  handlerOf: Handlers,
  accountId: string,
  request: CommandRequest<SendTransfer>,
): Promise<Outcome<AccountRejection>> => {
  const { command } = request;
  const [receiver, quote] = await Promise.all([
    receiverOf(handlerOf, { id: command.to, isSame: command.isSame }),
    quoteOf(eventStore, command.quote),
  ]);
  return handlerOf(account).handle(accountId, { ...request, command: { ...command, receiver, quote } });
};

/** The quote, if its amounts follow from the event that it names: a signature alone moves no money. */
const quoteOf = async (
  eventStore: HandlerOptions['eventStore'],
  quote: SendTransfer['quote'],
): Promise<SendTransfer['quote']> => {
  if (quote === undefined || quote === 'foreign') return quote;
  const { sell, buy } = quote;
  const [rateAggregate = '', version] = quote.rateId.split(':');
  const event = (await recordedEvent(eventStore, rateAggregate, Number(version)))?.event;
  if (event?.type !== 'RateSet') return 'foreign';
  const { base, quote: other, rate } = event.data;
  const brings = exchange(sell, rate, other);
  const isOurs =
    base === sell.currency && rate === quote.rate && typeof brings === 'object' && isSameMoney(brings, buy);
  return isOurs ? quote : 'foreign';
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
