import type { Database } from '@azure/cosmos';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import type { AccountCommand } from '../../domain/account/commands.ts';
import type { Money } from '../../domain/money.ts';
import { eventId, type Commit } from '../../eventSourcing/commit.ts';
import { accountHandlers } from './accountHandlers.ts';
import { requestFor } from './commandRequest.ts';

/** Sends money by the bank's own rules, as an instance of the app would that ends before it sends messages. */
export const transfersIn = (database: Pick<Database, 'container'>) => {
  const { handle } = accountHandlers(cosmosEventStore(database.container('events'))).instance();
  const execute = async (id: string, command: AccountCommand): Promise<Commit> => {
    const outcome = await handle(id, requestFor(command));
    if (outcome.outcome !== 'done') throw new Error(JSON.stringify(outcome));
    return outcome.commit;
  };

  /** `received`: what shall arrive, where the currencies differ. */
  const send = (from: string, to: string, amount: Money, received = amount): Promise<Commit> => {
    const receiver = { currency: received.currency, isClosed: false };
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const quote = { sell: amount, buy: received, rate: '1', rateId: 'r:1', expiresAt };
    return execute(from, {
      ...{ type: 'SendTransfer', to, isSame: false, receiver, amount },
      ...(received.currency !== amount.currency && { quote }),
    });
  };
  return {
    send,
    /** Also settles it, where no app does. Returns the commit of the sender. */
    transfer: async (from: string, to: string, amount: Money): Promise<Commit> => {
      const sent = await send(from, to, amount);
      const { version, commandId: sentBy } = sent;
      const transferId = eventId(from, version);
      await execute(to, { type: 'DecideTransfer', transferId, from, sent: amount, received: amount, sentBy });
      await execute(from, { type: 'EndTransfer', transfer: version, to });
      return sent;
    },
  };
};
