import { signal } from '@preact/signals';
import { credentials, may } from '../app/door.ts';
import { api } from './client.ts';
import { noteVersion } from './positions.ts';
import { movedOf, subjectsOf, type Moved, type Subject } from './subjects.ts';

/** What the tabs of a browser tell each other: events, whether somebody waits for them, from where on, and who asks that. */
type Told = { readonly isLive: boolean; readonly moved?: readonly Moved[]; readonly next: string } | 'who';

const name = 'daybook.feed';
/** The app keeps the place of a wait whose tab is gone until its time is up. */
const waitSeconds = 10;
const restMs = 5_000;
const keptMoves = 50;

/** Whether a tab of this browser waits at the feed, so that pages need not ask by the clock. */
export const isLive = signal(false);

/** The newest events since this page was opened, the newest first. */
export const moves = signal<readonly Moved[]>([]);

type Listener = (subjects: ReadonlySet<Subject>) => void;
const listeners = new Set<Listener>();

/** Calls a listener with what events have touched, until the result is called. */
export const onMoved = (listener: Listener): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

const hear = (told: Exclude<Told, 'who'>): void => {
  isLive.value = told.isLive;
  const moved = told.moved ?? [];
  if (moved.length === 0) return;
  for (const { aggregateId, version } of moved) noteVersion(aggregateId, version);
  moves.value = [...moved.toReversed(), ...moves.peek()].slice(0, keptMoves);
  const subjects = new Set(moved.flatMap(subjectsOf));
  listeners.forEach((listener) => listener(subjects));
};

/**
 * Waits at the feed while somebody sees this page, and its reader may read the feed. Of all tabs of a browser one waits, and tells the
 * others: the one that holds the lock.
 */
export const keepLive = (): void => {
  // Browsers lock nothing for pages that came unprotected from another machine: those ask by the clock.
  if (!('locks' in navigator)) return;
  const channel = new BroadcastChannel(name);
  const tell = (told: Exclude<Told, 'who'>) => {
    next = told.next;
    hear(told);
    channel.postMessage(told);
  };
  let present = new AbortController();
  let leads = false;
  /** From where on the next one to lead goes on, so that nothing is lost between two. */
  let next = 'now';

  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data !== 'who') {
      if (present.signal.aborted) return;
      next = data.next;
      hear(data);
    } else if (leads) channel.postMessage({ isLive: isLive.peek(), next });
  };

  const begin = () => {
    present.abort();
    present = new AbortController();
    const { signal: ended } = present;
    isLive.value = false;
    next = 'now';
    if (document.hidden || !may(['Auditor', 'Operator'])) {
      present.abort();
      return;
    }
    channel.postMessage('who');
    const lead = async () => {
      leads = true;
      await waitAtFeed(next, ended, tell);
      leads = false;
    };
    void navigator.locks.request(name, { signal: ended }, lead).catch((error: unknown) => {
      if (!ended.aborted) throw error;
    });
  };

  document.addEventListener('visibilitychange', begin);
  credentials.subscribe(begin);
};

/** From a place in the feed on, until it is ended. Where the app has no place for another wait, or is away, it begins again later. */
const waitAtFeed = async (
  from: string,
  ended: AbortSignal,
  tell: (told: Exclude<Told, 'who'>) => void,
): Promise<void> => {
  for (let after = from; ;) {
    const wait = after === 'now' ? 0 : waitSeconds;
    const page = await ask({ after, wait, limit: 200 }, ended);
    if (ended.aborted) return;
    if (page === 'refused') {
      tell({ isLive: false, next: 'now' });
      return;
    }
    after = page ? page.next : 'now';
    if (page) tell({ isLive: !page.gaveUp, moved: page.items.map(movedOf), next: after });
    else tell({ isLive: false, next: after });
    if (!page || page.gaveUp) await rest(ended);
  }
};

type Asked = { readonly after: string; readonly wait: number; readonly limit: number };

const ask = async (query: Asked, signal: AbortSignal) => {
  try {
    const { data, response } = await api.GET('/api/feed', { params: { query }, signal });
    // Until its reader shows something else that opens it.
    if ([401, 403].includes(response.status)) return 'refused';
    return data && { ...data, gaveUp: response.headers.has('retry-after') };
  } catch (error) {
    if (!(error instanceof TypeError) && !signal.aborted) throw error;
    return undefined;
  }
};

const rest = (ended: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, restMs);
    ended.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
