import { api } from '../../api/client.ts';
import type { Asking, Reply } from '../../api/query.ts';
import { movedOf, type Moved } from '../../api/subjects.ts';

const mostPages = 10;

/** Reads the feed from an instant on, to its end or for as long as somebody wants more. */
const readFeed = async (
  since: string,
  aggregate: string | undefined,
  { signal }: Pick<Asking, 'signal'>,
  wantsMore: (moved: readonly Moved[]) => boolean,
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
  const { data, ...reply } = await readFeed(at, aggregateId, asking, (moved) => !moved.some(isIt));
  return data ? { ...reply, data: { correlationId: data.find(isIt)?.correlationId } } : reply;
};

const keptMs = 600_000;

/** Whether the app still keeps the flow of an event. Older ones may be stored now, too, as by an import. */
export const isRecent = ({ at }: Moved): boolean => Date.parse(at) >= Date.now() - keptMs;

/** The events of the last ten minutes, the newest first. */
export const readRecent = async (asking: Asking): Promise<Reply<readonly Moved[]>> => {
  const since = new Date(Date.now() - keptMs).toISOString();
  const { data, ...reply } = await readFeed(since, undefined, asking, () => true);
  return data ? { ...reply, data: data.toReversed() } : reply;
};
