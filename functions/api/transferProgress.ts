import { z } from 'zod';
import { eventId, type Commit } from '../../eventSourcing/commit.ts';
import type { Answer } from '../http/answer.ts';
import type { Followed } from '../http/commandEndpoint.ts';
import { commandHeaders } from '../http/schemas.ts';
import type { Services } from '../services.ts';
import { endOfTransfer, type TransferEnd } from './transferStatus.ts';

/** A look costs a query, some 3 request units: three of them keep below ten. */
const looksAfterMs = [250, 1_000, 4_000];
/** How often a waiting request asks what this instance knows already, which costs nothing. */
const peekMs = 20;
const longestSeconds = 30;

/** The seconds of `Prefer: wait=5` (RFC 7240), 30 at most; undefined where there are none that can be read. */
const waitPreferred = (prefer: string | undefined): number | undefined => {
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*"?(\d+)"?\s*(?:$|[,;])/i.exec(prefer ?? '') ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds), longestSeconds);
};

const preferHeaders = commandHeaders.extend({
  prefer: z
    .string()
    .meta({
      description: 'wait=5: the answer waits that many seconds for the end of the transfer, 30 at most (RFC 7240)',
    })
    .optional(),
});

/** What an endpoint needs whose answer says how far a transfer has come. */
export const followTransfer = {
  headers: preferHeaders,
  longestMs: (longestSeconds + 20) * 1_000,
  async follow(
    services: Services,
    { headers, quota }: Followed,
    { commit, replayed }: { readonly commit: Commit; readonly replayed: boolean },
    answer: Answer,
  ): Promise<Answer> {
    if (commit.events.at(-1)?.type !== 'TransferSent') return answer;
    const wanted = waitPreferred(z.object({ prefer: z.string().optional() }).parse(headers).prefer);
    const { end, gaveUp } = await progressOf(services, commit, replayed, { seconds: wanted ?? 0, caller: quota });
    return {
      ...answer,
      body: { ...answer.body, ...(end && { status: end.status, endVersion: end.endVersion }) },
      headers: {
        ...answer.headers,
        ...(wanted !== undefined && { 'preference-applied': `wait=${wanted}` }),
        ...(gaveUp && { 'retry-after': '1' }),
      },
    };
  },
};

type Progress = {
  readonly end: TransferEnd | undefined;
  /** Whether the caller may learn more by asking again at once: the time was not up, or nobody could look. */
  readonly gaveUp: boolean;
};

/** The end of a transfer, as far as it has come; waits for it. Never fails: the transfer was sent, whatever becomes known of its end. */
const progressOf = async (
  {
    cachedAccount,
    eventStore,
    wait,
    waiting,
    log,
  }: Pick<Services, 'cachedAccount' | 'eventStore' | 'wait' | 'waiting' | 'log'>,
  { aggregateId, version }: Pick<Commit, 'aggregateId' | 'version'>,
  isReplayed: boolean,
  { seconds, caller }: { readonly seconds: number; readonly caller: string },
): Promise<Progress> => {
  const transfer = eventId(aggregateId, version);
  const look = () =>
    endOfTransfer(eventStore, aggregateId, transfer).catch((error: unknown) => {
      log('warn', `Nobody can tell whether a transfer has ended: ${String(error)}`, { transfer });
      return 'unknown' as const;
    });
  /** Not by a state that is older than the transfer, which does not know it yet. */
  const isSeenEnded = () => {
    const known = cachedAccount(aggregateId);
    if (!known || known.version < version || known.state.status === 'unopened') return false;
    return !known.state.transfers.some(([each]) => each === version);
  };
  // A transfer that was sent just now has not ended yet.
  const known = isReplayed ? await look() : undefined;
  if (known === 'unknown') return { end: undefined, gaveUp: true };
  if (known || seconds === 0) return { end: known, gaveUp: false };
  const leave = waiting.enter(caller);
  if (!leave) return { end: undefined, gaveUp: true };
  try {
    const begun = performance.now();
    const looks = isReplayed ? looksAfterMs.slice(1) : [...looksAfterMs];
    for (let hasFailed = false; ;) {
      const elapsed = performance.now() - begun;
      const isTimeUp = elapsed >= seconds * 1_000;
      const isLast = isTimeUp || waiting.stopping.aborted;
      // Where nobody could look, the next look has to wait for its time.
      if (isLast || elapsed >= (looks[0] ?? 0) || (!hasFailed && isSeenEnded())) {
        looks.shift();
        const end = await look();
        hasFailed = end === 'unknown';
        if (typeof end === 'object') return { end, gaveUp: false };
        if (isLast || looks.length === 0) return { end: undefined, gaveUp: hasFailed || !isTimeUp };
      }
      await wait(peekMs);
    }
  } finally {
    leave();
  }
};
