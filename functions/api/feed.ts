import { z } from 'zod';
import { cloudEvent } from '../../application/publishing/message.ts';
import { bankAggregates, bankRegistry } from '../../domain/registry.ts';
import { shownInstant, uuid } from '../../projections/fields.ts';
import { query, type EndpointTable } from '../http/endpoint.ts';
import { badRequest, problem } from '../http/problem.ts';
import { answerQuery } from '../http/query.ts';
import { wholeNumber } from '../http/schemas.ts';

const longestSeconds = 20;
/** For the looks before the wait and after it. */
const looksMs = 20_000;

const kinds = bankRegistry.names;
const types = bankAggregates.flatMap(({ events }) => events.map(({ type }) => type));

const past = shownInstant.refine((text) => Date.parse(text) <= Date.now(), { error: 'must not be in the future' });

/** No position has a colon, and every instant has some. */
const after = z
  .string()
  .max(4_000, { error: 'is not a position of this feed' })
  .transform((text, context) => {
    if (text === 'now') return text;
    if (!text.includes(':')) return { position: text };
    const instant = past.safeParse(text);
    if (instant.success) return Date.parse(instant.data);
    for (const { message } of instant.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({
    description:
      'A position from `next`; `now`; or an instant, to the second, since which events were stored. Without it, the feed begins with the first event',
    examples: ['now', '2026-11-20T10:00:00Z'],
  });

const aggregate = z
  .string()
  .refine((text) => kinds.includes(text) || uuid.safeParse(text).success, {
    error: `must be an id, or one of ${kinds.join(', ')}`,
  })
  .transform((text) => text.toLowerCase())
  .meta({ description: `The id of an aggregate, or one of ${kinds.join(', ')}` });

const feedQuery = z.strictObject({
  after: after.optional(),
  aggregate: aggregate.optional(),
  type: z
    .enum(types, { error: 'is not a type of event' })
    .meta({ description: 'The only type of events in the answer' })
    .optional(),
  limit: wholeNumber(1, 200)
    .default(50)
    .describe('How many commits to look at; the page ends where one does, and may have more events'),
  wait: wholeNumber(0, longestSeconds)
    .default(0)
    .describe('At the end of the feed, how many seconds to wait for something new'),
});

const feedBody = z
  .object({
    items: z.array(cloudEvent.meta({ id: 'CloudEvent', description: 'As on the topic: `GET /api/asyncapi.json`' })),
    next: z.string().meta({ description: 'The position after this page' }),
    more: z.boolean().meta({ description: 'False once the look has reached the end; a page may be empty before' }),
  })
  .meta({ id: 'FeedPage' });

/** The events of the bank, for those who read them at their own pace. */
export const feedEndpoints: EndpointTable = {
  readFeed: query({
    get: 'feed',
    access: 'watch',
    summary: 'All events, those of each aggregate in order, from any position',
    query: feedQuery,
    longestMs: longestSeconds * 1_000 + looksMs,
    refuses: ['PositionGone'],
    answers: {
      status: 200,
      body: feedBody,
      headers: { 'Retry-After': 'Seconds, where the answer did not wait, since too many wait' },
    },
    async handle({ readFeed }, { query: asked, headers, quota }) {
      const { after: start = 'first', wait, ...filter } = asked;
      const page = await readFeed({ ...filter, after: start, waitMs: wait * 1_000, caller: quota });
      if (page === 'malformed') {
        return badRequest({ pointer: '/query/after', message: 'is not a position of this feed' });
      }
      if (page === 'gone') return problem('PositionGone');
      const { items, next, more, gaveUp } = page;
      const answer = answerQuery({ items, next, more }, headers['if-none-match']);
      return gaveUp ? { ...answer, headers: { ...answer.headers, 'retry-after': '1' } } : answer;
    },
  }),
};
