import type { Clock } from '../clock.ts';
import { instantOf } from '../clock.ts';
import type { EventStore } from '../eventStore.ts';
import type { Log } from '../log.ts';
import type { CloudEvent } from '../publishing/message.ts';
import { storedMessage } from '../publishing/storedMessage.ts';
import { deliveryAfter, hasSucceeded, isGone, isPending, mayBeTried, type Delivery, type Outcome } from './delivery.ts';
import { bodyOf } from './messageBody.ts';
import type { Deliveries, Post, Stored, Wake, Webhooks, WebhookSecrets } from './ports.ts';
import type { GiveBack } from './slots.ts';
import {
  afterTry,
  disabled,
  disabledAt,
  liveSecrets,
  wantsType,
  type Tolerance,
  type Tried,
  type Webhook,
} from './webhook.ts';

export type AttemptOptions = {
  readonly webhooks: Webhooks;
  /** All webhooks, never older than the question. */
  readonly fresh: () => Promise<readonly Webhook[]>;
  readonly deliveries: Deliveries;
  readonly secrets: WebhookSecrets;
  readonly eventStore: Pick<EventStore, 'readCommits'>;
  readonly post: Post;
  readonly wake: Wake;
  readonly limits: Tolerance;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Counts tries, and webhooks that the app disables. */
  readonly onTried: (outcome: Outcome) => void;
  readonly onDisabled: (reason: string) => void;
};

/**
 * Tries a delivery that the caller has claimed, where its webhook still lets it, and notes what came of it. Returns the webhook after
 * that, and whether it woke from its rest. Where it throws, or the instance ends, the delivery falls due again with its claim. Gives the
 * place of a try that succeeded back before it notes that; a failure may have the webhook rest, so that the next try waits for the note.
 */
export type Attempt = (
  claimed: Stored<Delivery>,
  giveBack: GiveBack,
  event?: CloudEvent,
) => Promise<{ readonly webhook: Webhook | undefined; readonly woke: boolean }>;

/** What never reached the receiver tells nothing about it. */
const ofReceiver = ({ error }: Outcome): boolean => error !== 'eventGone' && error !== 'typeNotWanted';

export const createAttempt = (options: AttemptOptions): Attempt => {
  const { webhooks, fresh, deliveries, secrets, eventStore, post, wake, limits, clock, random } = options;

  const disable = async (id: string, reason: 'secretLost'): Promise<Webhook | undefined> => {
    const after = await webhooks.update(id, (webhook) =>
      webhook.status === 'disabled' ? undefined : disabled(webhook, reason),
    );
    reportDisabled(options, after);
    return after;
  };

  /** Undefined where the key of one is gone. Seals them anew where the app's secret was replaced. */
  const open = async (webhook: Webhook): Promise<readonly string[] | undefined> => {
    const live = liveSecrets(webhook, instantOf(clock.now()));
    const opened = live.flatMap((sealed) => secrets.open(webhook.id, sealed) ?? []);
    if (opened.length < live.length || opened.length === 0) return undefined;
    await resealSecrets(webhooks, secrets, webhook);
    return opened;
  };

  const send = async (
    webhook: Webhook,
    delivery: Delivery,
    event: CloudEvent | undefined,
    signing: readonly string[],
  ): Promise<Outcome> => {
    if (!wantsType(webhook, delivery.type)) return { error: 'typeNotWanted' };
    if (!event) return { error: 'eventGone' };
    const outcome = await post(webhook.url, ...signed(secrets, signing, event.id, bodyOf(event), clock));
    options.onTried(outcome);
    return outcome;
  };

  /** Asks to be woken for the next try of a delivery as it will be, or when its webhook is to be disabled. */
  const wakeForNext = async (
    after: Delivery,
    webhook: Webhook,
    event: CloudEvent | undefined,
    outcome: Outcome,
  ): Promise<void> => {
    if (!event || hasSucceeded(outcome) || isGone(outcome) || !ofReceiver(outcome)) return;
    const end = disabledAt(webhook, limits) ?? clock.now() + limits.disabledAfterMs;
    await wake(event, instantOf(after.status === 'pending' ? Math.min(Date.parse(after.dueAt), end) : end));
  };

  /**
   * First asks to be woken for the next try, so that a crash in between makes one more try and never one less. It is the same where
   * Service Bus takes no message: the delivery falls due again with its claim, and the app notes only what the receiver said. Resolves
   * with whether the delivery is still pending, and that failure.
   */
  const note = async (claimed: Stored<Delivery>, webhook: Webhook, event: CloudEvent | undefined, outcome: Outcome) => {
    const now = clock.now();
    const chance = random();
    const after = (delivery: Delivery): Delivery => deliveryAfter(delivery, outcome, now, chance);
    const expected = after(claimed.item);
    const [woken] = await Promise.allSettled([wakeForNext(expected, webhook, event, outcome)]);
    const isCounted = woken.status === 'fulfilled';
    await deliveries.update(claimed, (delivery) => {
      if (delivery.status !== 'pending' && !hasSucceeded(outcome)) return undefined;
      const { lastStatus, lastError } = after(delivery);
      return isCounted ? after(delivery) : { ...delivery, lastStatus, lastError };
    });
    return { isPending: !isCounted || expected.status === 'pending', failure: isCounted ? undefined : woken };
  };

  /** Judges by the webhook as it is now: it may have begun to rest while the try was under way. */
  const noteWebhook = async (id: string, tried: Tried): ReturnType<Attempt> => {
    const webhook = (await fresh()).find((each) => each.id === id);
    if (!webhook || !afterTry(webhook, tried, limits)) return { webhook, woke: false };
    let former: Webhook | undefined;
    const after = await webhooks.update(id, (current) => afterTry((former = current), tried, limits));
    if (former?.status !== 'disabled') reportDisabled(options, after);
    return { webhook: after, woke: former?.status === 'resting' && after?.status === 'enabled' };
  };

  return async (claimed, giveBack, known) => {
    const { webhookId, eventId } = claimed.item;
    const webhook = (await fresh()).find(({ id }) => id === webhookId);
    if (!webhook || !isPending(claimed.item, webhook)) return { webhook, woke: false };
    if (!mayBeTried(claimed.item, webhook)) {
      await giveUpClaim(deliveries, claimed, clock);
      return { webhook, woke: false };
    }
    const event = known ?? (await storedMessage(eventStore, eventId));
    const signing = await open(webhook);
    if (!signing) return { webhook: await disable(webhookId, 'secretLost'), woke: false };

    const outcome = await send(webhook, claimed.item, event, signing);
    if (hasSucceeded(outcome)) giveBack();
    const { isPending: isStillPending, failure } = await note(claimed, webhook, event, outcome);
    const noted = ofReceiver(outcome)
      ? await noteWebhook(webhookId, {
          ...{ at: instantOf(clock.now()), succeeded: hasSucceeded(outcome), gone: isGone(outcome) },
          ...{ delivery: claimed.item.id, isPending: isStillPending },
        })
      : { webhook, woke: false };
    if (failure) throw failure.reason;
    return noted;
  };
};

/** Tells people of a webhook that the app has disabled. */
export const reportDisabled = (
  { log, onDisabled }: Pick<AttemptOptions, 'log' | 'onDisabled'>,
  webhook: Webhook | undefined,
): void => {
  if (webhook?.status !== 'disabled') return;
  const reason = webhook.reason ?? '';
  log('warn', `A webhook is disabled: ${reason}`, { webhook: webhook.id });
  onDisabled(reason);
};

/** Lets others try it at once. */
export const giveUpClaim = async (deliveries: Deliveries, claimed: Stored<Delivery>, clock: Clock): Promise<void> => {
  await deliveries.update(claimed, (delivery) =>
    delivery.dueAt === claimed.item.dueAt ? { ...delivery, dueAt: instantOf(clock.now()) } : undefined,
  );
};

/** Seals the secrets of a webhook under the newest key of the app, where they are not yet. */
export const resealSecrets = async (
  webhooks: Pick<Webhooks, 'update'>,
  secrets: WebhookSecrets,
  webhook: Webhook,
): Promise<void> => {
  if (webhook.secrets.every((sealed) => secrets.reseal(webhook.id, sealed) === undefined)) return;
  await webhooks.update(webhook.id, (current) => ({
    ...current,
    secrets: current.secrets.map((sealed) => secrets.reseal(current.id, sealed) ?? sealed),
  }));
};

/** The headers and the body of a message by Standard Webhooks 1.0. */
export const signed = (
  secrets: WebhookSecrets,
  signing: readonly string[],
  id: string,
  body: string,
  clock: Clock,
): [headers: Readonly<Record<string, string>>, body: string] => {
  const timestamp = Math.floor(clock.now() / 1_000);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.sign(signing, { id, timestamp, body }),
  };
  return [headers, body];
};
