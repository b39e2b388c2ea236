import { commandTo, defineSubscriber } from '../application/subscriptions/subscriber.ts';
import { account } from '../domain/account/account.ts';

/** By so much Service Bus's clock may be ahead of this instance's. */
const skewMs = 30_000;

/** Makes events of holds that have expired: hears of a hold when it is placed, and again when it expires. */
export const holds = defineSubscriber({
  name: 'holds',
  follows: [account],
  types: ['HoldPlaced'],
  inAnyOrder: true,
  async handle(event, { execute, now, hearAgain }) {
    if (event.type !== 'HoldPlaced') return;
    const end = Date.parse(event.data.expiresAt);
    const leftMs = end - Date.parse(now());
    if (leftMs <= 0) return execute([commandTo(account, event.aggregateId, { type: 'ExpireHolds' })]);
    // Where it comes again too early, the clocks differ by what is left. The instant is another one each time, since
    // Service Bus drops what it takes for a repeat.
    await hearAgain(new Date(end + (leftMs < skewMs ? leftMs : 0)).toISOString());
  },
});
