import { z } from 'zod';
import { aggregateNames } from '../../domain/aggregate.ts';
import { instant, type Commit } from '../../domain/commit.ts';
import { messagesOf, type Message } from '../../domain/message.ts';
import { endOperation, type Operation, type Operations } from './operations.ts';
import { ServiceUnavailable } from '../serviceUnavailable.ts';
import { UnusablePosition, type ChangeFeed } from '../changeFeed.ts';
import type { Clock } from '../clock.ts';
import type { Copies } from '../subscriptions/ports.ts';
import type { EventStore } from '../eventStore.ts';
import type { Log } from '../log.ts';
import { copyFor } from '../subscriptions/redelivery.ts';

/** Clocks that disagree, and a change feed that counts whole seconds: what is read too early is left out by its own time. */
const slackMs = 5 * 60_000;
const pageSize = 100;
/** How long a replay waits before it looks whether it was asked to end. */
const lookMs = 1_000;

const replayState = z.object({
  /** A version of the one aggregate, or an instant. */
  from: z.union([z.int(), instant]),
  aggregateId: z.string().optional(),
  types: z.array(z.string()).optional(),
  eventsPerSecond: z.number(),
  /** Of the change feed, or the last version that was sent. */
  position: z.union([z.string(), z.int()]).optional(),
  /** When the next page is due, in ms since 1970: a slow one may be due in a later run. */
  dueAt: z.number().optional(),
});
type ReplayState = z.infer<typeof replayState>;

/** `from` is a version only where there is an aggregate. */
export type ReplayRequest = Omit<ReplayState, 'position' | 'dueAt'>;

type Options = {
  readonly eventStore: EventStore;
  readonly changeFeed: ChangeFeed;
  readonly operations: Operations;
  readonly topic: Copies;
  readonly clock: Clock;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
  readonly newId: () => string;
};

/** Returns the operation's id; undefined where there is no such aggregate. Throws ServiceUnavailable. */
export const beginReplay = async (
  { eventStore, operations, newId }: Options,
  subject: string,
  request: ReplayRequest,
): Promise<string | undefined> => {
  let total: number;
  if (request.aggregateId === undefined) {
    total = await eventStore.countEvents(aggregateNames);
  } else {
    const loaded = await eventStore.loadHead(request.aggregateId);
    if (typeof loaded !== 'object' || loaded.head === 'fenced') return undefined;
    total = loaded.head.version;
  }
  const operationId = newId();
  await operations.begin({ operationId, kind: 'replay', subject, status: 'running', done: 0, total, state: request });
  return operationId;
};

/**
 * Goes on with every replay, page after page, until it is asked to end or there is no time left: the next run takes it
 * from there. A page that is sent twice has the same message ids, so that duplicate detection drops it.
 */
export const runReplays = async (options: Options, deadline: number): Promise<void> => {
  const { operations, clock, log, wait } = options;
  const running = await operations.running('replay');
  await Promise.all(
    running.map(async ({ operationId }) => {
      try {
        while (clock.now() < deadline) {
          const current = await operations.update(operationId, endIfAsked);
          if (current?.status !== 'running') return;
          const state = replayState.parse(current.state);
          const early = (state.dueAt ?? 0) - clock.now();
          if (early > 0) await wait(Math.min(early, lookMs, deadline - clock.now()));
          else if (!(await replayPage(options, current, state))) return;
        }
      } catch (error) {
        if (error instanceof ServiceUnavailable) {
          log('warn', `Replay ${operationId} waits: ${error.message}`);
          return;
        }
        log('error', `Replay ${operationId} is given up: ${String(error)}`);
        const reason =
          error instanceof UnusablePosition ? 'The event store was restored meanwhile' : 'A bug; see the log';
        await endOperation(operations, operationId, { status: 'failed', reason });
      }
    }),
  );
};

const endIfAsked = ({ status, cancelRequested }: Operation): Partial<Operation> | undefined =>
  status === 'running' && cancelRequested ? { status: 'cancelled' } : undefined;

/** Sends a page and notes where the next one begins. False: somebody else works on this replay, too. */
const replayPage = async (options: Options, operation: Operation, state: ReplayState): Promise<boolean> => {
  const { operations, topic, clock, log } = options;
  const { operationId, subject, startedAt } = operation;
  const begun = clock.now();
  const page = await readPage(options, state);
  const messages = page.commits.flatMap(messagesOf).filter((message) => isWanted(message, state, startedAt));
  const copies = messages.map((message) =>
    copyFor(subject, `${operationId}:${message.messageId}`, {
      messageId: message.messageId,
      body: message.body,
      properties: message.applicationProperties,
    }),
  );
  const unsent = copies.length > 0 ? await topic.sendCopies(copies) : [];
  if (unsent.length > 0) log('error', `Replay ${operationId} left out ${unsent.length} messages that cannot be sent`);

  const changed = await operations.update(operationId, (now) => {
    if (now.status !== 'running' || replayState.parse(now.state).position !== state.position) return undefined;
    const done = now.done + copies.length;
    const end = page.end ? ({ status: 'succeeded', total: done } as const) : { total: Math.max(now.total, done) };
    const dueAt = begun + (copies.length / state.eventsPerSecond) * 1_000;
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
  for await (const commits of eventStore.readCommits(aggregateId, after, pageSize)) {
    return { commits, position: commits.at(-1)?.version ?? after, end: commits.length < pageSize };
  }
  return { commits: [], position: after, end: true };
};

/** What happens while it runs comes by itself. */
const isWanted = ({ body }: Message, { from, types }: ReplayState, startedAt: string): boolean =>
  (typeof from === 'number' ? body.aggregateversion >= from : body.time >= from) &&
  Date.parse(body.time) <= Date.parse(startedAt) + slackMs &&
  (types?.includes(body.type) ?? true);
