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
import { afterTry, disabled, disabledAt, liveSecrets, wantsType, type Tolerance, type Webhook } from './webhook.ts';

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

  /** First asks to be woken for the next try, so that a crash in between makes one more try and never one less. */
  const note = async (claimed: Stored<Delivery>, webhook: Webhook, event: CloudEvent | undefined, outcome: Outcome) => {
    const now = clock.now();
    const chance = random();
    const after = (delivery: Delivery): Delivery => deliveryAfter(delivery, outcome, now, chance);
    const expected = after(claimed.item);
    const end = disabledAt(webhook, limits) ?? now + limits.disabledAfterMs;
    if (event && !hasSucceeded(outcome) && ofReceiver(outcome)) {
      const due = expected.status === 'pending' ? Math.min(Date.parse(expected.dueAt), end) : end;
      if (!isGone(outcome)) await wake(event, instantOf(due));
    }
    await deliveries.update(claimed, (delivery) =>
      delivery.status === 'pending' || hasSucceeded(outcome) ? after(delivery) : undefined,
    );
    return expected;
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
    const { id: delivery, status } = await note(claimed, webhook, event, outcome);
    if (!ofReceiver(outcome)) return { webhook, woke: false };
    const tried = {
      ...{ at: instantOf(clock.now()), succeeded: hasSucceeded(outcome), gone: isGone(outcome) },
      ...{ delivery, isPending: status === 'pending' },
    };
    if (!afterTry(webhook, tried, limits)) return { webhook, woke: false };
    let former: Webhook | undefined;
    const after = await webhooks.update(webhookId, (current) => afterTry((former = current), tried, limits));
    if (former?.status !== 'disabled') reportDisabled(options, after);
    return { webhook: after, woke: former?.status === 'resting' && after?.status === 'enabled' };
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
