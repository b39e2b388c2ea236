import { useNow } from './now.ts';
import { api } from '../api/client.ts';
import { useQuery, type Queried } from '../api/query.ts';
import { secondsUpTo, type Second, type Seconds } from './seconds.ts';

export type Activity = {
  readonly asked: Queried<{ readonly items: readonly Second[] }>;
  readonly seconds: (items: readonly Second[]) => Seconds;
};

const everyMs = 2_000;
/** What happened later may not have come with the last answer yet. */
const behindSeconds = 3;
const shownSeconds = 300;

/** What the instance that answers has done in the last five minutes. It moves on every second, also where nothing happens. */
export const useActivity = (): Activity => {
  const asked = useQuery((asking) => api.GET('/api/ops/activity', asking), [], { every: () => everyMs });
  const until = Math.floor(useNow().value / 1_000) - behindSeconds;
  return { asked: asked.value, seconds: (items) => secondsUpTo(items, until, shownSeconds) };
};
