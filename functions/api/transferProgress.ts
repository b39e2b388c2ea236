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
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer ?? '') ?? [];
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

/** The end of a transfer, as far as it has come; waits for it. `gaveUp`: it looked no more before the time was up. */
const progressOf = async (
  { cachedAccount, eventStore, wait, waiting }: Pick<Services, 'cachedAccount' | 'eventStore' | 'wait' | 'waiting'>,
  { aggregateId, version }: Pick<Commit, 'aggregateId' | 'version'>,
  isReplayed: boolean,
  { seconds, caller }: { readonly seconds: number; readonly caller: string },
): Promise<{ readonly end: TransferEnd | undefined; readonly gaveUp: boolean }> => {
  const look = () => endOfTransfer(eventStore, aggregateId, eventId(aggregateId, version));
  const isSeenEnded = () => {
    const state = cachedAccount(aggregateId);
    const isKnown = state !== undefined && state.status !== 'unopened';
    return isKnown && !state.transfers.some(([transfer]) => transfer === version);
  };
  // A transfer that was sent just now has not ended yet.
  const known = isReplayed ? await look() : undefined;
  if (known || seconds === 0) return { end: known, gaveUp: false };
  const leave = waiting.enter(caller);
  if (!leave) return { end: undefined, gaveUp: true };
  try {
    const begun = performance.now();
    const looks = isReplayed ? looksAfterMs.slice(1) : [...looksAfterMs];
    for (;;) {
      const elapsed = performance.now() - begun;
      const isOver = elapsed >= seconds * 1_000 || waiting.stopping.aborted;
      if (isOver || isSeenEnded() || elapsed >= (looks[0] ?? 0)) {
        looks.shift();
        const end = await look();
        if (end || isOver || looks.length === 0) return { end, gaveUp: !end && !isOver };
      }
      await wait(peekMs);
    }
  } finally {
    leave();
  }
};
