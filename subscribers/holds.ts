import { commandTo, defineSubscriber } from '../application/subscriptions/subscriber.ts';
import { account } from '../domain/account/account.ts';

/** So long after now it hears of a hold again that by its own clock has not expired yet, though Service Bus thinks that it has. */
const againMs = 1_000;

/** Makes events of holds that have expired: hears of a hold when it is placed, and again when it expires. */
export const holds = defineSubscriber({
  name: 'holds',
  follows: [account],
  types: ['HoldPlaced'],
  inAnyOrder: true,
  async handle(event, { execute, now, hearAgain }) {
    if (event.type !== 'HoldPlaced') return;
    const [instant, { expiresAt }] = [now(), event.data];
    if (expiresAt <= instant) return execute([commandTo(account, event.aggregateId, { type: 'ExpireHolds' })]);
    const soon = new Date(Date.parse(instant) + againMs).toISOString();
    await hearAgain(expiresAt > soon ? expiresAt : soon);
  },
});
