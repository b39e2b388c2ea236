import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
import { readOrBeginAnew, type ChangeFeed } from '../changeFeed.ts';
import { readKept, type Checkpoints } from '../checkpoints.ts';
import { instantOf, present, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { messagesOf } from '../publishing/message.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import type { ListenerStatus } from '../subscriptions/listenerStatus.ts';
import type { Parking } from '../subscriptions/ports.ts';
import type { Stream } from './ports.ts';

const kept = z.object({
  /** In the change feed: a position, or an instant in ms; without it the first event is next. */
  position: z.union([z.string(), z.number()]).optional(),
  /** Who sends, and until when nobody else does. */
  lease: z.object({ holder: z.string(), until: instant }).optional(),
  /** Why the last try failed, and since when all have. */
  failing: z.object({ since: instant, reason: z.string() }).optional(),
});
type Kept = z.infer<typeof kept>;

/** A page with fewer commits is not worth its requests where the next one can bring them as well. */
const worthwhileCommits = 50;

/** Beyond it, a status does not count what waits. */
const countedCommits = 100;

export type StreamerOptions = {
  /** Also names the checkpoint. */
  readonly name: string;
  readonly changeFeed: ChangeFeed;
  readonly checkpoints: Checkpoints;
  readonly stream: Pick<Stream, 'append'>;
  readonly parking: Pick<Parking, 'park' | 'count'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A position of the change feed as the feed of the API takes it. */
  readonly positionInFeed: (position: string) => string;
  /** Names this instance. */
  readonly holder: string;
  readonly leaseMs?: number;
  /** Shorter than the lease: nobody sends without one. */
  readonly tryMs?: number;
  /** Resolves after a moment, in which commits gather for the page after a small one. */
  readonly rest?: () => Promise<void>;
};

export type Streamer = {
  /** Sends what is there, until the deadline in ms since 1970. Never throws: a failure is logged, and the next run tries again. */
  readonly run: (deadline: number) => Promise<void>;
  /** Sends everything again from the first event on, or from an instant in ms since 1970. Throws ServiceUnavailable. */
  readonly restart: (from?: number) => Promise<void>;
  /** Throws ServiceUnavailable. */
  readonly status: () => Promise<ListenerStatus>;
};

/** Another instance sends. */
class Taken extends Error {
  override name = 'Taken';
}

/**
 * Copies the event store's change feed to a stream. One instance sends at a time: it takes a lease in the checkpoint before each send,
 * and saves the position, without the lease, after the acknowledgement. After a crash, or where a lease ran out half-way, what was sent last comes
 * again, in order: whoever reads the stream drops by aggregate and version. After a small page it rests, so that under load a page has many
 * commits, while an event that comes alone is sent at once.
 */
export const createStreamer = (options: StreamerOptions): Streamer => {
  const {
    name,
    changeFeed,
    checkpoints,
    stream,
    parking,
    positionInFeed,
    clock,
    log,
    holder,
    leaseMs = 30_000,
    tryMs = 10_000,
    rest = () => Promise.resolve(),
  } = options;
  let underWay: Promise<void> | undefined;
  const asked = { again: false };
  const isAskedAgain = () => asked.again;
  let rested = Promise.resolve();

  const load = async () => {
    const checkpoint = await checkpoints.load(name);
    return { state: readKept(kept, checkpoint?.position) ?? {}, etag: checkpoint?.etag };
  };
  type Loaded = Awaited<ReturnType<typeof load>>;
  const save = async (state: Kept, etag: string | undefined): Promise<Loaded> => {
    const saved = await checkpoints.save(name, JSON.stringify(state), etag);
    if (saved === 'conflict') throw new Taken();
    return { state, etag: saved.etag };
  };

  const read = (position: Kept['position'], pageSize?: number) =>
    readOrBeginAnew(changeFeed, position, {
      pageSize,
      onLost: (reason) => log('warn', `${name} begins at the beginning: ${reason}`),
    });

  const sendPage = async ({ state, etag }: Loaded, events: ReturnType<typeof messagesOf>): Promise<Loaded> => {
    const until = clock.now() + leaseMs;
    const leased = await save({ ...state, lease: { holder, until: instantOf(until) } }, etag);
    // This instance may have stood still meanwhile.
    if (clock.now() >= until - tryMs) throw new Taken();
    const refused = await stream.append(events, AbortSignal.timeout(tryMs)).catch(async (error: unknown) => {
      await save(failed(state, error), leased.etag);
      throw error;
    });
    for (const event of refused) {
      await parking.park(name, { messageId: event.id, reason: 'Larger than the topic takes', body: event });
    }
    return leased;
  };

  const failed = ({ position, failing }: Kept, error: unknown): Kept => ({
    position,
    failing: { since: failing?.since ?? present(clock), reason: reasonOf(error) },
  });

  /** Returns whether there is more. */
  const step = async (begun: string): Promise<boolean> => {
    await rested;
    const loaded = await load();
    const { lease, position, failing } = loaded.state;
    if (lease && lease.holder !== holder && Date.parse(lease.until) > clock.now()) return false;
    const page = await read(position);
    const events = page.commits.flatMap((commit) => ('unreadable' in commit ? [] : messagesOf(commit)));
    const { etag } = events.length > 0 ? await sendPage(loaded, events) : loaded;
    if (events.length > 0 && page.commits.length < worthwhileCommits) rested = rest();
    if (events.length > 0 || (page.position !== position && !page.end)) await save({ position: page.position }, etag);
    if (failing && events.length > 0) log('info', `${name} goes on`);
    return !page.end && !page.commits.some((commit) => 'occurredAt' in commit && commit.occurredAt > begun);
  };

  const runOnce = async (deadline: number): Promise<void> => {
    const begun = present(clock);
    try {
      while (clock.now() < deadline && (await step(begun)));
    } catch (error) {
      if (error instanceof Taken) return;
      const level = error instanceof ServiceUnavailable ? 'warn' : 'error';
      log(level, `${name} tries again later: ${reasonOf(error)}`);
    }
  };

  return {
    run(deadline) {
      if (underWay) {
        asked.again = true;
        return underWay;
      }
      const work = async () => {
        do {
          asked.again = false;
          await runOnce(deadline);
        } while (isAskedAgain() && clock.now() < deadline);
        underWay = undefined;
      };
      return (underWay = work());
    },

    async restart(from) {
      for (;;) {
        const { etag } = await load();
        const saved = await checkpoints.save(name, JSON.stringify({ position: from } satisfies Kept), etag);
        if (saved !== 'conflict') return;
      }
    },

    async status() {
      const { position, failing } = (await load()).state;
      const { commits } = await read(position, countedCommits);
      const waiting = commits.flatMap((commit) => ('unreadable' in commit ? [] : [commit]));
      return {
        ...{ name, kind: 'stream', state: failing ? 'failing' : 'live', ...(failing && { reason: failing.reason }) },
        behind: waiting.reduce((sum, { events }) => sum + events.length, 0),
        oldest: waiting[0]?.occurredAt,
        parked: await parking.count(name),
        position: typeof position === 'number' ? instantOf(position) : position && positionInFeed(position),
      };
    },
  };
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
};
