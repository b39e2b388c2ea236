import { api } from '../../api/client.ts';
import type { Asking, Reply } from '../../api/query.ts';
import { movedOf, type Moved } from '../../api/subjects.ts';
import type { Told } from './recent.ts';

const mostPages = 10;

/** Reads the feed from an instant or a position on, to its end or for as long as somebody wants more. */
export const readFeed = async (
  from: string,
  { headers, signal }: Asking,
  {
    aggregate,
    wantsMore = () => true,
  }: { readonly aggregate?: string; readonly wantsMore?: (moved: readonly Moved[]) => boolean } = {},
): Promise<Reply<Told>> => {
  const moved: Moved[] = [];
  for (let after = from, page = 1; ; page += 1) {
    const query = { after, limit: 200, ...(aggregate !== undefined && { aggregate }) };
    // What the page has already is the answer to the first of these questions.
    const asking = page === 1 ? { headers, signal } : { signal };
    const { data, error, response } = await api.GET('/api/feed', { params: { query }, ...asking });
    if (!data) return { error, response };
    moved.push(...data.items.map(movedOf));
    if (!data.more || page === mostPages || !wantsMore(moved)) return { data: { moved, next: data.next }, response };
    after = data.next;
  }
};

/** The correlation id of an event that was stored at about that instant; undefined where the feed does not have it. */
export const findCorrelation = async (
  eventId: string,
  at: string,
  asking: Asking,
): Promise<Reply<{ readonly correlationId: string | undefined }>> => {
  const [aggregateId = ''] = eventId.split(':');
  const isIt = ({ id }: Moved) => id === eventId;
  const { data, ...reply } = await readFeed(at, asking, {
    aggregate: aggregateId,
    wantsMore: (moved) => !moved.some(isIt),
  });
  return data ? { ...reply, data: { correlationId: data.moved.find(isIt)?.correlationId } } : reply;
};
