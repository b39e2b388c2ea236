import type { Clock } from '../clock.ts';
import type { ViewsStatus, ViewStatus } from '../views/viewStatus.ts';
import type { Listener, Subscription } from './listener.ts';
import type { Backlogs, Parking, Waiting } from './ports.ts';

/** How far somebody is who listens. */
export type ListenerStatus = {
  readonly name: string;
  readonly kind: 'view' | 'subscriber' | 'webhook' | 'stream';
  readonly state: 'live' | 'building' | 'stalled' | 'missing' | 'failing' | 'resting' | 'disabled';
  /** Why it fails. */
  readonly reason?: string;
  /** How many events it has not handled, and when the oldest of them occurred, or came to its subscription. */
  readonly behind: number;
  readonly oldest: string | undefined;
  readonly parked: number;
  /** Where a stream goes on, as the feed takes it; undefined where it begins with the first event. */
  readonly position?: string | undefined;
};

/** Beyond it, messages are not counted: each page of a peek is an operation that Azure bills. */
export const mostWaiting = 100;
const lookedMs = 5_000;

/** Looks once in five seconds, however many ask, and again at once where that failed. */
export const recentLook = <Seen>(clock: Clock, look: () => Promise<Seen>): (() => Promise<Seen>) => {
  let looked: { readonly seen: Promise<Seen>; readonly until: number } | undefined;
  return () => {
    if (looked && looked.until > clock.now()) return looked.seen;
    const seen = look();
    looked = { seen, until: clock.now() + lookedMs };
    seen.catch(() => {
      looked = undefined;
    });
    return seen;
  };
};

/** The views, as the reconciler saw them last. */
export const statusOfViews =
  (listViews: () => Promise<ViewsStatus>) => async (): Promise<readonly ListenerStatus[]> => {
    const { items } = await listViews();
    return items.map((view) => ({
      name: view.name,
      kind: 'view',
      state: stateOf(view),
      behind: view.eventsBehind,
      oldest: view.oldestUnapplied,
      parked: view.parked,
    }));
  };

const stateOf = ({ stalled, generations }: ViewStatus): ListenerStatus['state'] => {
  if (stalled) return 'stalled';
  return generations.some(({ state }) => state === 'live') ? 'live' : 'building';
};

type Options = {
  readonly subscriptions: readonly Subscription[];
  readonly backlogs: Backlogs;
  readonly parking: Pick<Parking, 'count'>;
  readonly clock: Clock;
  /** A stream only wakes by its messages, and tells its own status. */
  readonly except?: string | undefined;
};

/** The subscribers, by the messages that wait in their subscriptions. */
export const statusOfSubscribers = ({ subscriptions, backlogs, parking, clock, except }: Options) => {
  const subscribers = subscriptions.flatMap(({ listeners }) =>
    listeners.filter(({ kind, name }) => kind === 'subscriber' && name !== except),
  );
  const names = [...new Set(subscribers.map(({ subscription }) => subscription))];
  const look = recentLook(clock, () => backlogs.look(names, mostWaiting));
  const statusOf = async ({ name }: Listener, waiting: Waiting | undefined): Promise<ListenerStatus> => ({
    name,
    kind: 'subscriber',
    state: waiting ? 'live' : 'missing',
    behind: waiting?.messages ?? 0,
    oldest: waiting?.oldest,
    parked: await parking.count(name),
  });
  return async (): Promise<readonly ListenerStatus[]> => {
    const waiting = await look();
    return Promise.all(subscribers.map((subscriber) => statusOf(subscriber, waiting.get(subscriber.subscription))));
  };
};
