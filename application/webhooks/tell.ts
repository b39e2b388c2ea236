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
/** A webhook is slow while its last try took longer. */
const slowMs = 250;
/** So many first tries wait for a place, and begin in time at 240 ms and eight at a time; further ones wait in the store. */
const mostWaiting = 1_000;
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
 * Tells all webhooks of an event: writes down a delivery for each that wants it, and makes first tries for two seconds at most. An event
 * that comes to wake the listener is no news to anybody, also not to a webhook that wants it only by now: it has the listener look for
 * what is due. Throws ServiceUnavailable where it cannot write down all of it.
 */
export type TellWebhooks = (event: CloudEvent, isWakeUp: boolean) => Promise<void>;
export type Teller = {
  readonly tell: TellWebhooks;
  /** Resolves once nothing is under way. */
  readonly drain: () => Promise<void>;
};

/** Work that goes on. `done` tells whether nothing is left to do, at once where nobody waits for it. */
type Work = { readonly done: Promise<boolean> };

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

  /** Begins work for a webhook. Nobody waits for one that is slow, or has no place free: its deliveries wait for each other. */
  const begin = (webhookId: string, work: () => Promise<boolean>): Work => {
    const isWaitedFor = slots.hasFree(webhookId) && !slow.has(webhookId);
    const settled = work().catch((error: unknown) => {
      log('warn', `Deliveries wait: ${String(error)}`, { webhook: webhookId });
      return false;
    });
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return { done: isWaitedFor ? settled : Promise.resolve(false) };
  };

  /** Resolves once the delivery is written down; what goes on after that is work. */
  const writeDown = async (webhook: Webhook, event: CloudEvent): Promise<Work> => {
    const { id: webhookId, term } = webhook;
    const now = clock.now();
    const isSoon = !slow.has(webhookId) && slots.waiting(webhookId) < mostWaiting;
    const triesAtOnce = webhook.status === 'enabled' && (slots.hasFree(webhookId) || isSoon);
    const created = await deliveries.create({
      ...{ id: deliveryId(webhookId, event.id), webhookId, eventId: event.id, type: event.type, time: event.time },
      ...{ writtenAt: instantOf(now), status: 'pending', attempts: 0, term },
      dueAt: instantOf(triesAtOnce ? now + claimMs : now),
    });
    // The message came before; whoever was at work on it may have crashed.
    if (created === 'exists') return begin(webhookId, () => pump(webhookId));
    if (triesAtOnce) return begin(webhookId, () => firstTry(created, event));
    // The delivery waits for the end of the rest, unless that came before it was written down, or nothing is tried meanwhile.
    const current = (await fresh()).find(({ id }) => id === webhookId);
    const waits = current?.status === 'resting' && current.probe !== undefined;
    return waits ? { done: Promise.resolve(true) } : begin(webhookId, () => pump(webhookId));
  };

  const isKnown = async (webhook: Webhook, event: CloudEvent): Promise<boolean> =>
    (await deliveries.load(deliveryId(webhook.id, event.id))) !== undefined;

  const tellNews = async (event: CloudEvent): Promise<readonly Work[]> => {
    const told = (await fresh()).filter((webhook) => isToldOf(webhook, event));
    if (Date.parse(event.time) >= clock.now() - newsMs) {
      return Promise.all(told.map((webhook) => writeDown(webhook, event)));
    }
    const known = await Promise.all(told.map((webhook) => isKnown(webhook, event)));
    if (known.includes(false)) onOld();
    return [];
  };

  const tryWhatIsDue = async (): Promise<readonly Work[]> => (await fresh()).map(({ id }) => begin(id, () => pump(id)));

  /** Wakes the listener once all claims that hold now have ended. One message does so for all that this instance is doing. */
  const guard = async (event: CloudEvent): Promise<void> => {
    const now = clock.now();
    if (guardedUntil >= now + claimMs) return;
    await wake(event, instantOf(now + 2 * claimMs));
    guardedUntil = now + 2 * claimMs;
  };

  const tell: TellWebhooks = async (event, isWakeUp) => {
    const works = await (isWakeUp ? tryWhatIsDue() : tellNews(event));
    if (works.length === 0) return;
    const allDone = Promise.all(works.map(({ done }) => done)).then((each) => !each.includes(false));
    if (!(await Promise.race([allDone, wait(firstTriesMs).then(() => false)]))) await guard(event);
  };

  return {
    tell,
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
