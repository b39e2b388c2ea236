import { forEachOf } from '../forEachOf.ts';
import type { CloudEvent } from '../publishing/message.ts';
import { createAttempt, type AttemptOptions } from './attempt.ts';
import { deliveryId, type Delivery } from './delivery.ts';
import { createManagement } from './manage.ts';
import { createPump } from './pump.ts';
import { sharedRead } from './sharedRead.ts';
import { createSlots } from './slots.ts';
import { statusOfWebhooks } from './status.ts';
import { createTeller } from './tell.ts';
import { tolerance, wantsType, type Tolerance } from './webhook.ts';

/** Tries that this instance makes of one webhook at a time. */
const triesAtOnce = 8;
const writesAtOnce = 100;

type Options = Omit<AttemptOptions, 'fresh' | 'limits'> & {
  readonly limits?: Tolerance;
  readonly wait: (ms: number) => Promise<void>;
  /** Counts events that came too late to be news. */
  readonly onOld: () => void;
};

/** All that is done with webhooks. */
export const openWebhooks = ({ limits = tolerance, ...options }: Options) => {
  const { webhooks, deliveries, clock, wake } = options;
  const fresh = sharedRead(() => webhooks.list());
  const attempt = createAttempt({ ...options, fresh, limits });
  const slots = createSlots(triesAtOnce);
  const pump = createPump({ ...options, fresh, attempt, slots, limits });
  return {
    ...createTeller({ ...options, fresh, attempt, pump, slots }),
    manage: createManagement({ ...options, limits }),
    status: statusOfWebhooks({ webhooks, deliveries, clock }),
    /**
     * Writes down deliveries of events whatever became of them before, and has them tried. It leaves out those that were written down
     * since an instant, such as the begin of a replay that sends a page twice. False where the webhook takes none.
     */
    sendAgain: async (webhookId: string, events: readonly CloudEvent[], since: string): Promise<boolean> => {
      const webhook = (await fresh()).find(({ id }) => id === webhookId);
      if (!webhook || webhook.status === 'disabled') return false;
      const now = new Date(clock.now()).toISOString();
      const wanted = events.filter(({ type }) => wantsType(webhook, type));
      await forEachOf(wanted, writesAtOnce, async ({ id: eventId, type, time }) => {
        const delivery: Delivery = {
          ...{ id: deliveryId(webhookId, eventId), webhookId, eventId, type, time },
          ...{ writtenAt: now, status: 'pending', attempts: 0, dueAt: now, term: webhook.term },
        };
        if ((await deliveries.create(delivery)) !== 'exists') return;
        await deliveries.update(delivery.id, ({ writtenAt }) => (writtenAt < since ? delivery : undefined));
      });
      const last = wanted.at(-1);
      if (last) await wake(last);
      return true;
    },
  };
};
export type OpenWebhooks = ReturnType<typeof openWebhooks>;
