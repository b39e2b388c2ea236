import { z } from 'zod';
import { instant, type Commit } from '../../eventSourcing/commit.ts';
import { messagesOf, type CloudEvent } from '../publishing/message.ts';
import { endJob, type Job, type Jobs } from './jobs.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { UnusablePosition, type ChangeFeed } from '../changeFeed.ts';
import type { Clock } from '../clock.ts';
import type { Address, Copies } from '../subscriptions/ports.ts';
import { readCommitPage, type EventStore } from '../eventStore.ts';
import type { Log } from '../log.ts';

/**
 * Clocks disagree, and the change feed counts whole seconds: the replay reads from earlier on, and leaves events out by their own
 * time.
 */
const slackMs = 5 * 60_000;
const pageSize = 100;
/** How long a replay waits before it looks whether somebody asked it to end. */
const lookMs = 1_000;

const replayState = z.object({
  /** A version of the one aggregate, or an instant. */
  from: z.union([z.int(), instant]),
  aggregateId: z.string().optional(),
  types: z.array(z.string()).optional(),
  /** Of events that are not later. */
  to: instant.optional(),
  eventsPerSecond: z.number(),
  /** A position in the change feed, or the last version that it sent. */
  position: z.union([z.string(), z.int()]).optional(),
  /** When the next page is due, in ms since 1970: a slow replay may be due in a later run. */
  dueAt: z.number().optional(),
});
type ReplayState = z.infer<typeof replayState>;

/** `from` is a version only where there is an aggregate. */
export type ReplayRequest = Omit<ReplayState, 'position' | 'dueAt'>;

/**
 * Sends events again to the subject of a job. Returns how many can never be sent, or why the replay cannot go on. Where it sends an
 * event for one job twice, that has the effect of once.
 */
export type SendAgain = (
  job: Job,
  events: readonly CloudEvent[],
) => Promise<{ readonly unsent: number } | { readonly end: string }>;

/** Sends events again to listeners. */
export const sendToListeners =
  (topic: Copies, addressOf: (subject: string) => Address): SendAgain =>
  async ({ jobId, subject }, events) => {
    const address = addressOf(subject);
    const copies = events.map((event) => ({
      ...address,
      messageId: `${jobId}:${event.id}`,
      event,
      original: { messageId: event.id },
    }));
    return { unsent: copies.length > 0 ? (await topic.sendCopies(copies)).length : 0 };
  };

type Options = {
  readonly eventStore: EventStore;
  readonly changeFeed: ChangeFeed;
  readonly jobs: Jobs;
  readonly send: SendAgain;
  readonly clock: Clock;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
  readonly newId: () => string;
};

/**
 * Begins a replay to one listener, or to a subscription that is not the app's. Returns the job's id; undefined where there is no such
 * aggregate. Throws ServiceUnavailable.
 */
export const beginReplay = async (
  { eventStore, jobs, newId }: Options,
  subject: string,
  request: ReplayRequest,
  jobId = newId(),
): Promise<string | undefined> => {
  const { aggregateId } = request;
  const total = await (aggregateId === undefined ? eventStore.countCommits() : eventStore.newestVersion(aggregateId));
  if (aggregateId !== undefined && total === 0) return undefined;
  await jobs.begin({ jobId, kind: 'replay', subject, status: 'running', done: 0, total, state: request });
  return jobId;
};

/**
 * Goes on with every replay, page after page, until somebody asks it to end or there is no time left: the next run goes on
 * from there. A page that it sends twice has the same message ids, so that duplicate detection drops it.
 */
export const runReplays = async (options: Options, deadline: number): Promise<void> => {
  const running = await options.jobs.running('replay');
  await Promise.all(running.map(({ jobId }) => runReplay(options, jobId, deadline)));
};

/** Goes on with one replay in the same way. */
export const runReplay = async (options: Options, jobId: string, deadline: number): Promise<void> => {
  const { jobs, clock, log, wait } = options;
  try {
    while (clock.now() < deadline) {
      const current = await jobs.update(jobId, endIfAsked);
      if (current?.status !== 'running') return;
      const state = replayState.parse(current.state);
      const early = (state.dueAt ?? 0) - clock.now();
      if (early > 0) await wait(Math.min(early, lookMs, deadline - clock.now()));
      else if (!(await replayPage(options, current, state))) return;
    }
  } catch (error) {
    if (error instanceof ServiceUnavailable) {
      log('warn', `Replay ${jobId} waits: ${error.message}`);
      return;
    }
    log('error', `Replay ${jobId} failed: ${String(error)}`);
    const reason =
      error instanceof UnusablePosition ? 'Somebody restored the event store meanwhile' : 'A bug; see the log';
    await endJob(jobs, jobId, { status: 'failed', reason });
  }
};

const endIfAsked = ({ status, cancelRequested }: Job): Partial<Job> | undefined =>
  status === 'running' && cancelRequested ? { status: 'cancelled' } : undefined;

/** Sends a page and notes where the next one begins. False where another instance works on this replay, too. */
const replayPage = async (options: Options, job: Job, state: ReplayState): Promise<boolean> => {
  const { jobs, send, clock, log } = options;
  const { jobId, startedAt } = job;
  const begun = clock.now();
  const page = await readPage(options, state);
  const messages = page.commits.flatMap(messagesOf).filter((message) => isWanted(message, state, startedAt));
  const sent = await send(job, messages);
  if ('end' in sent) {
    await endJob(jobs, jobId, { status: 'failed', reason: sent.end });
    return false;
  }
  if (sent.unsent > 0) log('error', `Replay ${jobId} left out ${sent.unsent} messages that cannot be sent`);

  const changed = await jobs.update(jobId, (now) => {
    if (now.status !== 'running' || replayState.parse(now.state).position !== state.position) return undefined;
    const done = now.done + messages.length;
    const end = page.end ? ({ status: 'succeeded', total: done } as const) : { total: Math.max(now.total, done) };
    const dueAt = begun + (messages.length / state.eventsPerSecond) * 1_000;
    return { done, ...end, state: { ...state, position: page.position, dueAt } };
  });
  return changed !== undefined && replayState.parse(changed.state).position === page.position;
};

type Page = { readonly commits: readonly Commit[]; readonly position: string | number; readonly end: boolean };

const readPage = async ({ eventStore, changeFeed }: Options, state: ReplayState): Promise<Page> => {
  const { from, aggregateId, position } = state;
  if (aggregateId === undefined) {
    const start = typeof from === 'number' ? undefined : Date.parse(from) - slackMs;
    const page = await changeFeed.read(typeof position === 'string' ? position : start);
    return { ...page, commits: page.commits.flatMap((commit) => ('unreadable' in commit ? [] : commit)) };
  }
  const after = typeof position === 'number' ? position : typeof from === 'number' ? from - 1 : 0;
  const commits = await readCommitPage(eventStore, aggregateId, after, pageSize);
  return { commits, position: commits.at(-1)?.version ?? after, end: commits.length < pageSize };
};

/** Events that occur while the replay runs reach the listener by themselves. */
const isWanted = (event: CloudEvent, { from, to, types }: ReplayState, startedAt: string): boolean =>
  (typeof from === 'number' ? event.aggregateversion >= from : event.time >= from) &&
  (to === undefined ? Date.parse(event.time) <= Date.parse(startedAt) + slackMs : event.time <= to) &&
  (types?.includes(event.type) ?? true);
