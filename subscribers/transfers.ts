import { commandTo, defineSubscriber } from '../application/subscriptions/subscriber.ts';
import { account } from '../domain/account/account.ts';

/** Brings transfers to their end. It takes nothing from a message but which transfer it is: amounts come from the event store. */
export const transfers = defineSubscriber({
  name: 'transfers',
  follows: [account],
  types: ['TransferSent'],
  inAnyOrder: true,
  handle: ({ aggregateId, version }, { execute }) =>
    execute([commandTo(account, aggregateId, { type: 'SettleTransfer', transfer: version })]),
});
