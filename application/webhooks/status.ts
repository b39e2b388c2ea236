import type { Clock } from '../clock.ts';
import { mostWaiting, recentLook, type ListenerStatus } from '../subscriptions/listenerStatus.ts';
import type { Deliveries, Webhooks } from './ports.ts';
import type { Webhook } from './webhook.ts';

type Options = {
  readonly webhooks: Pick<Webhooks, 'list'>;
  readonly deliveries: Pick<Deliveries, 'upcoming'>;
  readonly clock: Clock;
};

const endOfTime = '9999-12-31T23:59:59.999Z';

/** The webhooks, newest first, by the deliveries that are pending. None is ever parked: one that has failed stays among the deliveries. */
export const statusOfWebhooks = ({ webhooks, deliveries, clock }: Options) => {
  const statusOf = async (webhook: Webhook): Promise<ListenerStatus> => {
    const pending = await deliveries.upcoming(webhook, endOfTime, mostWaiting);
    const [oldest] = pending.map(({ item }) => item.time).toSorted();
    return {
      name: `webhook:${webhook.id}`,
      kind: 'webhook',
      state: webhook.status === 'resting' || webhook.status === 'disabled' ? webhook.status : 'live',
      ...(webhook.status === 'disabled' && webhook.reason !== undefined && { reason: webhook.reason }),
      ...{ behind: pending.length, oldest, parked: 0 },
    };
  };
  return recentLook(clock, async () => Promise.all((await webhooks.list()).map(statusOf)));
};
