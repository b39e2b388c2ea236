import type { CloudEvent } from '../publishing/message.ts';
import type { Delivery, Outcome } from './delivery.ts';
import type { SealedSecret, Webhook } from './webhook.ts';

/** An item as it was read or written. */
export type Stored<Item> = { readonly item: Item; readonly etag: string };

/** The answer to a request with a key, and what tells a repeat from another request with that key. */
export type KeptAnswer = { readonly commandId: string; readonly fingerprint: string; readonly answer?: unknown };

/** All throw ServiceUnavailable. */
export type Webhooks = {
  /** All but the deleted ones, newest first. */
  list(): Promise<readonly Webhook[]>;
  /** Also a deleted one. */
  load(id: string): Promise<Webhook | undefined>;
  /** False where there is one with this id. */
  create(webhook: Webhook): Promise<boolean>;
  /**
   * Changes a webhook as it is now, all or nothing: asks `change` again when somebody else changed it meanwhile, and leaves it alone
   * when `change` answers undefined. Returns the webhook after that; undefined where there is none, or it is deleted.
   */
  update(id: string, change: (webhook: Webhook) => Webhook | undefined): Promise<Webhook | undefined>;
  /** The same together with the answer to the request that wants it; 'answered' where there is one already, and nothing changes. */
  updateAndKeep(
    id: string,
    change: (webhook: Webhook) => Webhook,
    keep: (after: Webhook) => KeptAnswer,
  ): Promise<Webhook | 'answered' | undefined>;
  /** Keeps the answer to a request about a webhook for good; false where there is one already. */
  keep(id: string, answer: KeptAnswer): Promise<boolean>;
  answered(id: string, commandId: string): Promise<KeptAnswer | undefined>;
  /** Leaves no trace of it. */
  remove(id: string): Promise<void>;
};

/** Where a page of deliveries ends. */
export type DeliveryPlace = { readonly writtenAt: string; readonly id: string };

/** All throw ServiceUnavailable. A delivery is kept for 30 days after its end. */
export type Deliveries = {
  /** 'exists': the webhook was told of this event before. */
  create(delivery: Delivery): Promise<Stored<Delivery> | 'exists'>;
  load(id: string): Promise<Stored<Delivery> | undefined>;
  /**
   * Changes a delivery as it is now, first trying it as it was read. Leaves it alone when `change` answers undefined; returns what was
   * written, undefined where nothing was.
   */
  update(
    read: Stored<Delivery> | string,
    change: (delivery: Delivery) => Delivery | undefined,
  ): Promise<Stored<Delivery> | undefined>;
  /** Writes deliveries anew, whatever became of them. */
  put(deliveries: readonly Delivery[]): Promise<void>;
  /** The pending ones of the webhook's term that are due before an instant, the longest due first. */
  upcoming(webhook: Pick<Webhook, 'id' | 'term'>, before: string, limit: number): Promise<readonly Stored<Delivery>[]>;
  /** Newest first. */
  list(
    webhook: Pick<Webhook, 'id' | 'term'>,
    status: Delivery['status'] | undefined,
    limit: number,
    after?: DeliveryPlace,
  ): Promise<{ readonly items: readonly Delivery[]; readonly next: DeliveryPlace | undefined }>;
  /** Some of those that have ended as failed, of events that are not older. */
  failed(webhook: Pick<Webhook, 'id' | 'term'>, since: string, limit: number): Promise<readonly Delivery[]>;
};

export type WebhookSecrets = {
  /** A new secret, to be shown once. */
  create(webhookId: string): { readonly secret: string; readonly sealed: SealedSecret };
  /** The secret; undefined where its key is gone, or somebody tampered with it. */
  open(webhookId: string, sealed: SealedSecret): string | undefined;
  /** Sealed under the newest key; undefined where it is already, or cannot be opened. */
  reseal(webhookId: string, sealed: SealedSecret): SealedSecret | undefined;
  /** The header `webhook-signature`: a signature for each secret. */
  sign(
    secrets: readonly string[],
    message: { readonly id: string; readonly timestamp: number; readonly body: string },
  ): string;
};

/** Sends one message to a receiver, and waits for its answer within a bounded time. Never throws. */
export type Post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<Outcome & { readonly ms: number }>;

/** Has the listener hear an event again, at once or at an instant. Throws ServiceUnavailable. */
export type Wake = (event: CloudEvent, at?: string) => Promise<void>;

/** Which addresses a webhook may have. */
export type Addresses = {
  /** Whether a message may go to this address and port. */
  readonly admits: (address: string, port: number) => boolean;
  /** What is wrong with a URL, for the operator; nothing else is known of a name before it is looked up. */
  readonly problemOf: (url: string) => string | undefined;
};
