import { AsyncLocalStorage } from 'node:async_hooks';
import { meter } from '../../adapters/telemetry/meter.ts';
import { createFeed } from '../../application/feed/feed.ts';
import { createFeedGaps } from '../../application/feed/feedGaps.ts';
import { createTail } from '../../application/feed/tail.ts';
import type { Waiting } from '../../application/waiting.ts';
import type { Shared } from './shared.ts';

export const composeFeed = (
  { context: { registry }, stores: { feedPages: pages, gaps }, log }: Shared,
  waiting: Waiting,
) => {
  // The look for all who wait is on no request's bill, and in no request's trace.
  const outside = AsyncLocalStorage.snapshot();
  const tail = createTail({ pages, wait: meter.wait, outside, stopping: waiting.stopping, log });
  return {
    read: createFeed({ pages, tail, waiting, gaps: createFeedGaps({ gaps, log }), registry }),
    appended: tail.appended,
  };
};
