import { instantOf, type Clock } from '../clock.ts';
import { forEachOf } from '../forEachOf.ts';
import type { Log } from '../log.ts';
import { reportDisabled, type Attempt } from './attempt.ts';
import { isPending, type Delivery } from './delivery.ts';
import type { Deliveries, Stored, Webhooks } from './ports.ts';
import type { Slots } from './slots.ts';
import { disabled, isOverdue, type Tolerance, type Webhook } from './webhook.ts';

/**
 * How long a claim of a delivery holds: longer than a try and the notes about it take. After a crash the delivery falls due with it.
 */
export const claimMs = 60_000;
/** By so much Service Bus's clock may be ahead of this instance's: then it waits. */
const skewMs = 2_000;
const pageSize = 64;
const triesAtOnce = 8;
const lastInstant = '9999-12-31T23:59:59.999Z';

type Options = {
  readonly webhooks: Webhooks;
  readonly fresh: () => Promise<readonly Webhook[]>;
  readonly deliveries: Deliveries;
  readonly attempt: Attempt;
  readonly slots: Slots;
  readonly limits: Tolerance;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly onDisabled: (reason: string) => void;
};

/**
 * Tries the deliveries of a webhook that are due, until none is. Who asks while that is under way has it look once more. False where
 * somebody, in this instance or another, may still be trying one: if they crash, it falls due within the time of a claim.
 */
export type Pump = (webhookId: string) => Promise<boolean>;

export const createPump = (options: Options): Pump => {
  const { webhooks, fresh, deliveries, attempt, slots, limits, clock, wait } = options;
  const running = new Map<string, Promise<boolean>>();
  const asked = new Set<string>();

  /** The pending deliveries that may be tried within the time of a claim: while the webhook rests, the one that is tried then. */
  const upcoming = async (webhook: Webhook, now: number): Promise<readonly Stored<Delivery>[]> => {
    const soon = instantOf(now + claimMs);
    if (webhook.status !== 'resting') return deliveries.upcoming(webhook, soon, pageSize);
    const probe = await probeOf(webhook);
    return probe && probe.item.dueAt <= soon ? [probe] : [];
  };

  const probeOf = async (webhook: Webhook): Promise<Stored<Delivery> | undefined> => {
    const { id, probe } = webhook;
    const held = probe === undefined ? undefined : await deliveries.load(probe);
    if (held && isPending(held.item, webhook)) return held;
    const [first] = await deliveries.upcoming(webhook, lastInstant, 1);
    if (!first) return undefined;
    const after = await webhooks.update(id, (current) =>
      current.status === 'resting' && current.probe === probe ? { ...current, probe: first.item.id } : undefined,
    );
    return after?.probe === first.item.id ? first : undefined;
  };

  const tryOne = async (stored: Stored<Delivery>): Promise<Webhook | undefined> => {
    const { webhookId } = stored.item;
    const giveBack = await slots.take(webhookId);
    try {
      const now = instantOf(clock.now());
      const dueAt = instantOf(clock.now() + claimMs);
      const claimed = await deliveries.update(stored, (delivery) =>
        delivery.status === 'pending' && delivery.dueAt <= now ? { ...delivery, dueAt } : undefined,
      );
      return claimed && (await attempt(claimed, giveBack)).webhook;
    } finally {
      giveBack();
    }
  };

  const disable = async (webhook: Webhook): Promise<void> => {
    const after = await webhooks.update(webhook.id, (current) =>
      current.status !== 'disabled' && isOverdue(current, limits, clock.now())
        ? disabled(current, 'failing')
        : undefined,
    );
    reportDisabled(options, after);
  };

  /** True where nothing is left, false where a claim has not ended. */
  const drain = async (id: string): Promise<boolean> => {
    for (let hasWaited = false; ;) {
      const webhook = (await fresh()).find((each) => each.id === id);
      if (!webhook || webhook.status === 'disabled') return true;
      const now = clock.now();
      if (isOverdue(webhook, limits, now)) {
        await disable(webhook);
        return true;
      }
      const soon = await upcoming(webhook, now);
      const due = soon.filter(({ item }) => Date.parse(item.dueAt) <= now);
      const [first] = soon;
      if (!first) return true;
      if (due.length === 0) {
        const earlyMs = Date.parse(first.item.dueAt) - now;
        if (hasWaited || earlyMs > skewMs) return false;
        hasWaited = true;
        await wait(earlyMs);
        continue;
      }
      let isOver = false;
      await forEachOf(due, triesAtOnce, async (stored) => {
        if (isOver) return;
        const after = await tryOne(stored);
        // The others wait, once it rests.
        isOver ||= after !== undefined && after.status !== webhook.status;
      });
    }
  };

  const run = async (id: string): Promise<boolean> => {
    try {
      for (;;) {
        asked.delete(id);
        const isDone = await drain(id);
        if (!asked.has(id)) return isDone;
      }
    } finally {
      running.delete(id);
    }
  };

  return (id) => {
    const underWay = running.get(id);
    if (underWay) {
      asked.add(id);
      return underWay;
    }
    const begun = run(id);
    running.set(id, begun);
    return begun;
  };
};
