import { api } from '../../api/client.ts';
import type { Asking, Reply } from '../../api/query.ts';
import { movedOf, type Moved } from '../../api/subjects.ts';

const mostPages = 10;

/** Reads the feed from an instant on, to its end or for as long as somebody wants more. */
export const readFeed = async (
  since: string,
  { signal }: Pick<Asking, 'signal'>,
  {
    aggregate,
    wantsMore = () => true,
  }: { readonly aggregate?: string; readonly wantsMore?: (moved: readonly Moved[]) => boolean } = {},
): Promise<Reply<readonly Moved[]>> => {
  const moved: Moved[] = [];
  for (let after = since, page = 1; ; page += 1) {
    const query = { after, limit: 200, ...(aggregate !== undefined && { aggregate }) };
    const { data, error, response } = await api.GET('/api/feed', { params: { query }, signal });
    if (!data) return { error, response };
    moved.push(...data.items.map(movedOf));
    if (!data.more || page === mostPages || !wantsMore(moved)) return { data: moved, response };
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
  return data ? { ...reply, data: { correlationId: data.find(isIt)?.correlationId } } : reply;
};
