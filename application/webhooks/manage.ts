import { instantOf, present } from '../clock.ts';
import { storedMessage } from '../publishing/storedMessage.ts';
import { resealSecrets, signed, type AttemptOptions } from './attempt.ts';
import { hasSucceeded, revived, type Delivery, type Outcome } from './delivery.ts';
import { testBody } from './messageBody.ts';
import { createOncePerKey, type Keep, type KeyedRequest, type OncePerKey } from './oncePerKey.ts';
import type { Deliveries, DeliveryPlace } from './ports.ts';
import { afterTry, disabled, enabled, liveSecrets, type SealedSecret, type Webhook } from './webhook.ts';

const maximumWebhooks = 50;
const formerSecretMs = 24 * 3_600_000;
/** Of one webhook: each signs every message. */
const maximumSecrets = 10;
const pageSize = 100;

type Made = Pick<Webhook, 'url' | 'types' | 'description'>;
export type WebhookChange = { readonly [Member in keyof Made]?: Made[Member] | undefined } & {
  readonly status?: 'enabled' | 'disabled' | undefined;
};
export type Rotated = { readonly secret: string; readonly formerUntil: string };
export type Tested = Outcome & { readonly ms: number };

/** Work of operators on webhooks. All throw ServiceUnavailable; undefined where there is no such webhook. */
export type ManageWebhooks = {
  list(): Promise<readonly Webhook[]>;
  load(id: string): Promise<Webhook | undefined>;
  /** With its secret, unless the request is a repeat: then the webhook is as the first one made it. */
  create(
    id: string,
    made: Made,
    request: KeyedRequest,
  ): Promise<{ readonly webhook: Webhook; readonly secret?: string } | 'keyReused' | 'tooMany'>;
  /** Answers a request once for its key: it may `change`, `remove` or `rotate`, which keep the answer with what they do. */
  readonly once: OncePerKey;
  /** The same for what has no write of its own: the answer is kept once `work` is done. */
  readonly onceDone: OncePerKey;
  change(id: string, change: WebhookChange, keep?: Keep<Webhook>): Promise<Webhook | 'answered' | undefined>;
  remove(id: string, keep?: Keep<Webhook>): Promise<Webhook | 'answered' | undefined>;
  /** A new secret; the former ones hold until then. */
  rotate(id: string, keep?: Keep<Rotated>): Promise<Rotated | 'answered' | 'tooMany' | undefined>;
  /** One try, of a message that tells of no event. 'secretLost': nothing can sign it. */
  test(id: string, messageId: string): Promise<Tested | 'secretLost' | undefined>;
  listDeliveries(
    webhook: Webhook,
    status: Delivery['status'] | undefined,
    limit: number,
    after?: DeliveryPlace,
  ): ReturnType<Deliveries['list']>;
  /** Has a delivery tried at once, and by the schedule after that. False where there is none. */
  retry(webhook: Webhook, deliveryId: string): Promise<boolean>;
  /** The same with all that have ended as failed, of events that are not older. Returns how many. */
  retrySince(webhook: Webhook, since: string): Promise<number>;
  /** Seals all secrets under the newest key of the app. */
  reseal(): Promise<void>;
};

type Options = Pick<
  AttemptOptions,
  'webhooks' | 'deliveries' | 'secrets' | 'eventStore' | 'post' | 'wake' | 'limits' | 'clock'
>;

export const createManagement = (options: Options): ManageWebhooks => {
  const { webhooks, deliveries, secrets, eventStore, post, wake, limits, clock } = options;

  /** Has the listener look for what is due: it takes an event for that, of some delivery. */
  const wakeFor = async (webhook: Webhook): Promise<void> => {
    for (const { item } of await deliveries.upcoming(webhook, present(clock), 10)) {
      const event = await storedMessage(eventStore, item.eventId);
      if (event) return wake(event);
    }
  };

  const once = createOncePerKey(webhooks);
  const onceDone: OncePerKey = (id, request, work, answerOf) =>
    once(
      id,
      request,
      async (keep) => {
        const result = await work(undefined);
        if (!keep || result === undefined || result === 'answered') return result;
        return (await webhooks.keep(id, keep(result))) ? result : 'answered';
      },
      answerOf,
    );

  const update = (id: string, keep: Keep<Webhook> | undefined, change: (webhook: Webhook) => Webhook) =>
    keep ? webhooks.updateAndKeep(id, change, keep) : webhooks.update(id, change);

  const load = async (id: string): Promise<Webhook | undefined> => {
    const webhook = await webhooks.load(id);
    return webhook?.status === 'deleted' ? undefined : webhook;
  };

  const repeated = async (id: string, fingerprint: string) => {
    const first = await webhooks.load(id);
    if (first?.made.fingerprint !== fingerprint) return 'keyReused';
    return { webhook: { ...first, ...first.made, status: 'enabled' as const } };
  };

  const isOneTooMany = async (id: string): Promise<boolean> =>
    (await webhooks.list()).toReversed().findIndex((each) => each.id === id) >= maximumWebhooks;

  return {
    ...{ once, onceDone },
    list: () => webhooks.list(),
    load,

    async create(id, made, { fingerprint }) {
      if (await webhooks.load(id)) return repeated(id, fingerprint);
      if ((await webhooks.list()).length >= maximumWebhooks) return 'tooMany';
      const { secret, sealed } = secrets.create(id);
      const webhook: Webhook = {
        ...{ id, ...made, createdAt: present(clock), status: 'enabled', secrets: [sealed] },
        ...{ failures: 0, term: 1, made: { ...made, fingerprint } },
      };
      if (!(await webhooks.create(webhook))) return repeated(id, fingerprint);
      // Others may have been created meanwhile.
      if (await isOneTooMany(id)) {
        await webhooks.remove(id);
        return 'tooMany';
      }
      return { webhook, secret };
    },

    async change(id, { url, types, description, status }, keep) {
      let former: Webhook | undefined;
      const after = await update(id, keep, (webhook) => {
        former = webhook;
        const changed = {
          ...webhook,
          ...(url !== undefined && { url }),
          ...(types && { types }),
          ...(description !== undefined && { description }),
        };
        if (status === 'enabled' && webhook.status !== 'enabled') return enabled(changed);
        if (status === 'disabled' && webhook.status !== 'disabled') return disabled(changed, 'operator');
        return changed;
      });
      if (after && after !== 'answered' && after.status === 'enabled' && former?.status === 'resting')
        await wakeFor(after);
      return after;
    },

    remove: (id, keep) =>
      update(id, keep, (webhook) => ({ ...disabled(webhook, 'operator'), ...{ status: 'deleted', secrets: [] } })),

    async rotate(id, keep) {
      const { secret, sealed } = secrets.create(id);
      const formerUntil = instantOf(clock.now() + formerSecretMs);
      const former = ({ secrets: kept }: Webhook): SealedSecret[] =>
        liveSecrets({ secrets: kept }, present(clock))
          .filter((each) => secrets.open(id, each) !== undefined)
          .map((each) => ({ ...each, until: each.until ?? formerUntil }));
      const rotated = { secret, formerUntil };
      const before = await load(id);
      if (before && former(before).length >= maximumSecrets) return 'tooMany';
      const after = await update(id, keep && (() => keep(rotated)), (webhook) => ({
        ...webhook,
        secrets: [sealed, ...former(webhook)],
      }));
      return after === undefined || after === 'answered' ? after : rotated;
    },

    async test(id, messageId) {
      const webhook = await load(id);
      if (!webhook) return undefined;
      const now = present(clock);
      const live = liveSecrets(webhook, now);
      const signing = live.flatMap((sealed) => secrets.open(id, sealed) ?? []);
      if (signing.length < live.length || live.length === 0) return 'secretLost';
      const outcome = await post(webhook.url, ...signed(secrets, signing, messageId, testBody(messageId, now), clock));
      if (!hasSucceeded(outcome)) return outcome;
      const tried = { at: present(clock), succeeded: true, gone: false, delivery: '', isPending: false };
      let former: Webhook | undefined;
      const after = await webhooks.update(id, (current) => afterTry((former = current), tried, limits));
      if (after?.status === 'enabled' && former?.status === 'resting') await wakeFor(after);
      return outcome;
    },

    listDeliveries: (...asked) => deliveries.list(...asked),

    async retry(webhook, deliveryId) {
      const now = present(clock);
      const after = await deliveries.update(deliveryId, (delivery) => revived(delivery, webhook, now));
      if (!after) return false;
      // While the webhook rests, this is the one that is tried.
      await webhooks.update(webhook.id, (current) =>
        current.status === 'resting' ? { ...current, probe: deliveryId } : undefined,
      );
      const event = await storedMessage(eventStore, after.item.eventId);
      if (event) await wake(event);
      else await deliveries.update(after, (delivery) => ({ ...delivery, status: 'failed', lastError: 'eventGone' }));
      return true;
    },

    async retrySince(webhook, since) {
      const seen = new Set<string>();
      for (;;) {
        const failed = await deliveries.failed(webhook, since, pageSize);
        const some = failed.filter(({ id }) => !seen.has(id));
        if (some.length === 0) break;
        for (const { id } of some) seen.add(id);
        const now = present(clock);
        await deliveries.put(some.map((delivery) => revived(delivery, webhook, now)));
      }
      if (seen.size > 0) await wakeFor(webhook);
      return seen.size;
    },

    async reseal() {
      for (const webhook of await webhooks.list()) await resealSecrets(webhooks, secrets, webhook);
    },
  };
};
