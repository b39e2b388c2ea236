import type { AggregateRegistry } from '../../eventSourcing/aggregateRegistry.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { messagesOf, type CloudEvent } from '../publishing/message.ts';
import type { Waiting } from '../waiting.ts';
import type { FeedGaps } from './feedGaps.ts';
import type { FeedPage, FeedPages, FeedRefusal, FeedStart } from './ports.ts';
import type { Tail } from './tail.ts';

export type FeedRequest = {
  readonly after: FeedStart | { readonly position: string };
  /** The id of an aggregate, or the name of a kind. */
  readonly aggregate?: string | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
  readonly waitMs: number;
  /** Requests of one caller are counted together. */
  readonly caller: string;
};

export type FeedAnswer = {
  readonly items: readonly CloudEvent[];
  /** The position after the page. */
  readonly next: string;
  readonly more: boolean;
  /** It did not wait, since too many wait. */
  readonly gaveUp: boolean;
};

/** The events of all aggregates for those who keep their position themselves. Throws ServiceUnavailable. */
export type Feed = (request: FeedRequest) => Promise<FeedAnswer | FeedRefusal>;

type Options = {
  readonly pages: FeedPages;
  readonly tail: Tail;
  readonly waiting: Waiting;
  readonly gaps: FeedGaps;
  readonly registry: Pick<AggregateRegistry, 'upcast'>;
};

/** Looks at one page; where it is empty and the last one, waits for something new and looks again. */
export const createFeed = ({ pages, tail, waiting, gaps, registry }: Options): Feed => {
  const itemsOf = async ({ commits }: FeedPage, wants: Wanted): Promise<CloudEvent[]> => {
    const readable: Commit[] = [];
    for (const commit of commits) {
      if ('unreadable' in commit) await gaps.record(commit);
      else if (wants.commit(commit)) readable.push(registry.upcast(commit));
    }
    return readable.flatMap(messagesOf).filter(wants.event);
  };

  return async ({ after, limit, waitMs, caller, ...filter }) => {
    const wants = wantedBy(filter);
    const until = performance.now() + waitMs;
    // Before the first look, so that nothing comes between it and the wait.
    const watch = waitMs > 0 ? tail.watch(wants.commit) : undefined;
    let leave: (() => void) | undefined;
    try {
      let position = typeof after === 'object' ? after.position : await pages.begin(after);
      let page: FeedPage | FeedRefusal =
        after === 'now' ? { commits: [], position, end: true } : await pages.read(position, limit);
      for (;;) {
        if (typeof page === 'string') return page;
        const items = await itemsOf(page, wants);
        position = page.position;
        const msLeft = until - performance.now();
        const isOver = !watch || items.length > 0 || !page.end || msLeft <= 0 || waiting.stopping.aborted;
        if (!isOver) leave ??= waiting.enter(caller);
        if (isOver || !leave) return { items, next: position, more: !page.end, gaveUp: !isOver };
        await watch.news(msLeft);
        page = await pages.read(position, limit);
      }
    } finally {
      watch?.end();
      leave?.();
    }
  };
};

type Wanted = {
  readonly commit: (commit: Commit) => boolean;
  readonly event: (event: Pick<CloudEvent, 'type'>) => boolean;
};

const wantedBy = ({ aggregate, type }: Pick<FeedRequest, 'aggregate' | 'type'>): Wanted => {
  const event: Wanted['event'] = (one) => type === undefined || one.type === type;
  return {
    event,
    commit: (commit) =>
      (aggregate === undefined || [commit.aggregate, commit.aggregateId].includes(aggregate)) &&
      commit.events.some(event),
  };
};
