import { laterTriesMs, lengthened } from '../laterTries.ts';
import type { Webhook } from './webhook.ts';

/** An event on its way to a webhook. It keeps no data of the event, which the event store has. */
export type Delivery = {
  /** `<webhookId>:<eventId>` */
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly type: string;
  /** When the event occurred. */
  readonly time: string;
  readonly writtenAt: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly attempts: number;
  readonly lastStatus?: number | undefined;
  readonly lastError?: string | undefined;
  /** When it is tried next. A claim puts this off: where whoever tries it crashes, it falls due again. */
  readonly dueAt: string;
  /** The webhook's term in which it was written down, or revived. */
  readonly term: number;
};

/** The end of a try. Without a status, the error says why the receiver gave none. */
export type Outcome = {
  readonly status?: number | undefined;
  readonly error?: TryError | undefined;
  /** The receiver asks for so much time. */
  readonly retryAfterMs?: number | undefined;
};
export type TryError =
  | 'addressRefused'
  | 'nameNotResolved'
  | 'connectionFailed'
  | 'certificateRefused'
  | 'answerUnreadable'
  | 'timedOut'
  | 'typeNotWanted'
  | 'eventGone';

/** A receiver that asks for more than that gets this. */
const longestAskedMs = 24 * 3_600_000;

export const deliveryId = (webhookId: string, eventId: string): string => `${webhookId}:${eventId}`;

export const hasSucceeded = ({ status = 0 }: Outcome): boolean => status >= 200 && status < 300;
export const isGone = ({ status }: Outcome): boolean => status === 410;

/** These will never be another way: no further try. */
const final: readonly (TryError | undefined)[] = ['eventGone', 'typeNotWanted'];

/** When the next try is due after so many; undefined where that was the last. */
const nextTry = (attempts: number, outcome: Outcome, now: number, random: number): number | undefined => {
  const pause = laterTriesMs[attempts - 1];
  if (pause === undefined || isGone(outcome) || final.includes(outcome.error)) return undefined;
  const asked = Math.min(outcome.retryAfterMs ?? 0, longestAskedMs);
  return (
    now +
    Math.max(
      lengthened(pause, () => random),
      asked,
    )
  );
};

/** The delivery after a try of it. `random` is from 0 to 1. */
export const deliveryAfter = (delivery: Delivery, outcome: Outcome, now: number, random: number): Delivery => {
  const tried = {
    ...delivery,
    attempts: delivery.attempts + 1,
    lastStatus: outcome.status,
    lastError: outcome.error,
  };
  if (hasSucceeded(outcome)) return { ...tried, status: 'succeeded' };
  const next = nextTry(tried.attempts, outcome, now, random);
  return next === undefined
    ? { ...tried, status: 'failed' }
    : { ...tried, dueAt: new Date(Math.ceil(next)).toISOString() };
};

/** Tried again from the start, whatever became of it. */
export const revived = (delivery: Delivery, { term }: Pick<Webhook, 'term'>, now: string): Delivery => ({
  ...delivery,
  ...{ status: 'pending', attempts: 0, dueAt: now, term },
});

/** What was pending when its webhook was disabled has ended. */
export const isPending = ({ status, term }: Delivery, webhook: Pick<Webhook, 'term'>): boolean =>
  status === 'pending' && term === webhook.term;
export const statusOf = (delivery: Delivery, webhook: Pick<Webhook, 'term'>): Delivery['status'] =>
  delivery.status === 'pending' && !isPending(delivery, webhook) ? 'failed' : delivery.status;

/** Whether its webhook lets it be tried now. */
export const mayBeTried = (delivery: Delivery, webhook: Webhook): boolean =>
  isPending(delivery, webhook) &&
  (webhook.status === 'enabled' || (webhook.status === 'resting' && webhook.probe === delivery.id));
