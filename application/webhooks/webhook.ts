/** A secret as the store keeps it: sealed under a key that has a name. */
export type SealedSecret = {
  readonly key: string;
  readonly sealed: string;
  /** A former secret holds until then. */
  readonly until?: string | undefined;
};

/** Why a webhook is disabled. */
export type DisabledFor = 'operator' | 'failing' | 'gone' | 'secretLost';

/** Somebody's endpoint, which is told of events by HTTP. */
export type Webhook = {
  readonly id: string;
  readonly url: string;
  /** The types of events that it is told of; none means all. */
  readonly types: readonly string[];
  readonly description: string | null;
  readonly createdAt: string;
  /** `resting`: after failures in a row, one delivery alone is tried. `deleted`: kept only for repeats of the request that made it. */
  readonly status: 'enabled' | 'resting' | 'disabled' | 'deleted';
  readonly reason?: DisabledFor | undefined;
  /** The newest first; those after it hold for a while. */
  readonly secrets: readonly SealedSecret[];
  /** Failed tries in a row, of whatever deliveries. */
  readonly failures: number;
  /** When the first of those was, and the last success. */
  readonly firstFailureAt?: string | undefined;
  readonly lastSuccessAt?: string | undefined;
  /** The one delivery that is tried while the webhook rests. */
  readonly probe?: string | undefined;
  /** Rises whenever the webhook is disabled: what was pending in an earlier term has ended as failed. */
  readonly term: number;
  /** The request that made it. */
  readonly made: Pick<Webhook, 'url' | 'types' | 'description'> & { readonly fingerprint: string };
};

/** How a webhook reacts to failures. */
export type Tolerance = {
  readonly restsAfterFailures: number;
  readonly disabledAfterMs: number;
};
export const tolerance: Tolerance = { restsAfterFailures: 5, disabledAfterMs: 5 * 24 * 3_600_000 };

/** A try that ended. */
export type Tried = {
  readonly at: string;
  readonly succeeded: boolean;
  /** The receiver said that it is gone for good. */
  readonly gone: boolean;
  /** The delivery that was tried, and whether it is still pending. */
  readonly delivery: string;
  readonly isPending: boolean;
};

/** When it is disabled, unless a try succeeds before. Undefined where none has failed. */
export const disabledAt = ({ firstFailureAt }: Webhook, { disabledAfterMs }: Tolerance): number | undefined =>
  firstFailureAt === undefined ? undefined : Date.parse(firstFailureAt) + disabledAfterMs;

export const disabled = (webhook: Webhook, reason: DisabledFor): Webhook => ({
  ...webhook,
  status: 'disabled',
  reason,
  probe: undefined,
  term: webhook.term + 1,
});

/** Enabled by an operator: nothing is held against it any more. */
export const enabled = (webhook: Webhook): Webhook => ({
  ...webhook,
  ...{ status: 'enabled', failures: 0 },
  ...{ reason: undefined, probe: undefined, firstFailureAt: undefined },
});

/** A success is noted to this precision, so that a busy webhook is not written with every delivery. */
const successPrecisionMs = 10_000;

/** The webhook after a try; undefined where nothing is worth noting. */
export const afterTry = (webhook: Webhook, tried: Tried, limits: Tolerance): Webhook | undefined => {
  const { status, lastSuccessAt, failures, firstFailureAt } = webhook;
  if (status === 'deleted') return undefined;
  if (tried.succeeded) {
    const isNoted = Date.parse(tried.at) - Date.parse(lastSuccessAt ?? '') < successPrecisionMs;
    if (status === 'enabled' && failures === 0 && isNoted) return undefined;
    const noted = { ...webhook, lastSuccessAt: tried.at };
    return status === 'disabled' ? noted : enabled(noted);
  }
  if (status === 'disabled') return undefined;
  const failed = { ...webhook, failures: failures + 1, firstFailureAt: firstFailureAt ?? tried.at };
  if (tried.gone) return disabled(failed, 'gone');
  if (isOverdue(failed, limits, Date.parse(tried.at))) return disabled(failed, 'failing');
  if (status === 'resting') {
    return webhook.probe === tried.delivery && !tried.isPending ? { ...failed, probe: undefined } : failed;
  }
  if (failed.failures < limits.restsAfterFailures) return failed;
  return { ...failed, status: 'resting', probe: tried.isPending ? tried.delivery : undefined };
};

export const isOverdue = (webhook: Webhook, limits: Tolerance, now: number): boolean => {
  const at = disabledAt(webhook, limits);
  return at !== undefined && at <= now;
};

/** Whether it is told of an event that is news. */
export const isToldOf = ({ types, createdAt, status }: Webhook, event: { type: string; time: string }): boolean =>
  (status === 'enabled' || status === 'resting') && wantsType({ types }, event.type) && event.time >= createdAt;

export const wantsType = ({ types }: Pick<Webhook, 'types'>, type: string): boolean =>
  types.length === 0 || types.includes(type);

/** The secrets that sign at an instant. */
export const liveSecrets = ({ secrets }: Pick<Webhook, 'secrets'>, now: string): readonly SealedSecret[] =>
  secrets.filter(({ until }) => until === undefined || until > now);
