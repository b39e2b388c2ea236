import { commandTo, defineSubscriber } from '../application/subscriptions/subscriber.ts';
import { account } from '../domain/account/account.ts';

/** Makes events of holds that have expired: hears of a hold when it is placed, and again when it expires. */
export const holds = defineSubscriber({
  name: 'holds',
  follows: [account],
  types: ['HoldPlaced'],
  inAnyOrder: true,
  async handle({ aggregateId, data: { expiresAt } }, { execute, now, hearAgain }) {
    if (now() < expiresAt) return hearAgain(expiresAt);
    await execute([commandTo(account, aggregateId, { type: 'ExpireHolds' })]);
  },
});
