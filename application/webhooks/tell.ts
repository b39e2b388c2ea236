import { instantOf, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { CloudEvent } from '../publishing/message.ts';
import { giveUpClaim, type Attempt } from './attempt.ts';
import { deliveryId, type Delivery } from './delivery.ts';
import type { Deliveries, Stored, Wake } from './ports.ts';
import { claimMs, type Pump } from './pump.ts';
import type { Slots } from './slots.ts';
import { isToldOf, type Webhook } from './webhook.ts';

/** What is older when it arrives is no news. */
const newsMs = 7 * 24 * 3_600_000;
/** How long the listener waits for first tries; they go on after that. */
const firstTriesMs = 2_000;
/** Nobody waits for a webhook whose last try took longer. */
const slowMs = 250;
/** A try that would begin later might outlast its claim. */
const latestBeginMs = claimMs / 2;

type Options = {
  readonly fresh: () => Promise<readonly Webhook[]>;
  readonly deliveries: Deliveries;
  readonly attempt: Attempt;
  readonly pump: Pump;
  readonly slots: Slots;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
  /** Counts events that a webhook would have been told of, had they been news. */
  readonly onOld: () => void;
};

/**
 * Tells all webhooks of an event: writes down a delivery for each that wants it, and makes first tries for two seconds at most. A copy
 * is one that was sent to this listener alone: it may have been sent to wake it, so that it looks for what is due. Throws
 * ServiceUnavailable where it cannot write down all of it.
 */
export type TellWebhooks = (event: CloudEvent, isCopy: boolean) => Promise<void>;
export type Teller = {
  readonly tell: TellWebhooks;
  /** Resolves once nothing is under way. */
  readonly drain: () => Promise<void>;
};

/** Work that goes on, for a webhook: it ends with whether nothing is left to do. */
type Work = { readonly webhookId: string; readonly done: Promise<boolean> };

export const createTeller = (options: Options): Teller => {
  const { fresh, deliveries, attempt, pump, slots, wake, clock, wait, log, onOld } = options;
  const slow = new Set<string>();
  /** When this instance wakes the listener next, to look after what it was doing. */
  let guardedUntil = 0;
  const underWay = new Set<Promise<boolean>>();

  const firstTry = async (created: Stored<Delivery>, event: CloudEvent): Promise<boolean> => {
    const { webhookId, writtenAt } = created.item;
    const giveBack = await slots.take(webhookId);
    let isTried = false;
    try {
      if (clock.now() - Date.parse(writtenAt) > latestBeginMs) await giveUpClaim(deliveries, created, clock);
      else {
        const begun = performance.now();
        const timer = setTimeout(() => slow.add(webhookId), slowMs);
        isTried = !(await attempt(created, giveBack, event)).woke;
        clearTimeout(timer);
        if (performance.now() - begun < slowMs) slow.delete(webhookId);
      }
    } finally {
      giveBack();
    }
    return isTried || pump(webhookId);
  };

  /** Resolves once the delivery is written down; what goes on after that is work. */
  const writeDown = async (webhook: Webhook, event: CloudEvent): Promise<Work> => {
    const { id: webhookId, term } = webhook;
    const now = clock.now();
    const triesAtOnce = webhook.status === 'enabled' && (slots.hasFree(webhookId) || !slow.has(webhookId));
    const created = await deliveries.create({
      ...{ id: deliveryId(webhookId, event.id), webhookId, eventId: event.id, type: event.type, time: event.time },
      ...{ writtenAt: instantOf(now), status: 'pending', attempts: 0, term },
      dueAt: instantOf(triesAtOnce ? now + claimMs : now),
    });
    // The message came before; whoever was at work on it may have crashed.
    if (created === 'exists') return { webhookId, done: pump(webhookId) };
    if (triesAtOnce) return { webhookId, done: firstTry(created, event) };
    // The delivery waits for the end of the rest, unless that came before it was written down, or nothing is tried meanwhile.
    const current = (await fresh()).find(({ id }) => id === webhookId);
    const waits = current?.status === 'resting' && current.probe !== undefined;
    return { webhookId, done: waits ? Promise.resolve(true) : pump(webhookId) };
  };

  const isKnown = async (webhook: Webhook, event: CloudEvent): Promise<boolean> =>
    (await deliveries.load(deliveryId(webhook.id, event.id))) !== undefined;

  /** Wakes the listener once all claims that hold now have ended. One message does so for all that this instance is doing. */
  const guard = async (event: CloudEvent): Promise<void> => {
    const now = clock.now();
    if (guardedUntil >= now + claimMs) return;
    await wake(event, instantOf(now + 2 * claimMs));
    guardedUntil = now + 2 * claimMs;
  };

  /** Whether all of it ends, and well, while the listener waits. */
  const ends = async ({ webhookId, done }: Work): Promise<boolean> => {
    const settled = done.catch((error: unknown) => {
      log('warn', `Deliveries wait: ${String(error)}`, { webhook: webhookId });
      return false;
    });
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return !slow.has(webhookId) && settled;
  };

  const tell: TellWebhooks = async (event, isCopy) => {
    const all = await fresh();
    const told = all.filter((webhook) => isToldOf(webhook, event));
    const works: Work[] = [];
    if (Date.parse(event.time) >= clock.now() - newsMs) {
      works.push(...(await Promise.all(told.map((webhook) => writeDown(webhook, event)))));
    } else {
      const known = await Promise.all(told.map((webhook) => isKnown(webhook, event)));
      if (known.includes(false)) onOld();
    }
    if (isCopy) works.push(...all.map(({ id }) => ({ webhookId: id, done: pump(id) })));
    if (works.length === 0) return;
    const allEnd = Promise.all(works.map(ends)).then((each) => !each.includes(false));
    if (!(await Promise.race([allEnd, wait(firstTriesMs).then(() => false)]))) await guard(event);
  };

  return {
    tell,
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
