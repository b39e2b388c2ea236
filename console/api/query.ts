import { effect, signal, untracked, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { credentials } from '../app/door.ts';
import { failureOf, unreachable, type Failure } from './failure.ts';
import { isLive, onMoved } from './live.ts';
import { apartMs, pauseAfter, retryAfterMs, timerMs } from './pace.ts';
import type { Queried } from './queried.ts';
import type { Subject } from './subjects.ts';

export type { Queried } from './queried.ts';

/** Goes into the options of a request, so that an answer that did not change is not sent again. */
export type Asking = { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal };

export type Reply<T> = { readonly data?: T | undefined; readonly error?: unknown; readonly response: Response };

type Options<T> = {
  /** Once it is answered, neither time nor an event makes it ask again. */
  readonly still?: boolean;
  /** It is not asked at all. */
  readonly isOff?: boolean;
  /** What it is about: while this page hears of events, it is asked again when one touches that, and seldom by the clock. */
  readonly of?: readonly Subject[];
  /** How soon it is asked again, by its last answer. */
  readonly every?: (data: T | undefined) => number;
};

const everyMs = 5_000;
/** While the page hears of events: what changes by time alone, such as a hold that expires, or comes late into a view. */
const seldomMs = 30_000;
/** So many events at once are one question. */
const soonMs = 100;

/** Counts the commands of this page: each makes all queries look again. */
const commands = signal(0);
export const lookAgain = (): void => void (commands.value += 1);

/**
 * Asks a question when `about` changes, after each command, and again for as long as somebody sees the page: when an event touches what it
 * is about, or else every 5 s; never before the time that `Retry-After` names.
 */
export const useQuery = <T>(
  ask: (asking: Asking) => Promise<Reply<T>>,
  about: readonly unknown[],
  options: Options<T> = {},
): ReadonlySignal<Queried<T>> => {
  const state = useSignal<Queried<T>>({ isLoading: true });
  const present = useRef(options);
  present.current = options;
  useEffect(() => {
    if (options.isOff) return undefined;
    if (!state.peek().isLoading) state.value = { ...state.peek(), isLoading: true };
    return keepAsking(ask, () => present.current, state);
  }, about);
  return state;
};

type State<T> = { value: Queried<T>; peek: () => Queried<T> };

const wakers = [commands, credentials, isLive];

/** Returns a function that ends it. */
const keepAsking = <T>(
  ask: (asking: Asking) => Promise<Reply<T>>,
  options: () => Options<T>,
  state: State<T>,
): (() => void) => {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let etag: string | undefined;
  let isBusy = false;
  let isWanted = false;
  let isTouched = false;
  let lookedAt = 0;
  let notBefore = 0;

  const lookIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), timerMs(Math.max(ms, notBefore - Date.now())));
  };

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    isWanted = isBusy;
    if (isBusy || ended.signal.aborted || document.hidden) return;
    if (Date.now() < notBefore) {
      lookIn(0);
      return;
    }
    isBusy = true;
    lookedAt = Date.now();
    const wasTouched = isTouched;
    isTouched = false;
    await lookOnce();
    isBusy = false;
    const hasFailed = state.peek().failure !== undefined;
    const isStill = options().still ?? false;
    // Something may have moved while the question was on its way.
    const pause = isWanted ? 0 : pauseAfter({ isStill, hasFailed, isTouched, wasTouched, usualMs: nextMs() });
    if (pause !== undefined) lookIn(pause);
  };

  const lookOnce = async (): Promise<void> => {
    const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
    try {
      const { data, error, response } = await ask({ headers, signal: ended.signal });
      if (ended.signal.aborted) return;
      notBefore = Date.now() + retryAfterMs(response);
      if (response.status === 304) settle();
      else if (data !== undefined) {
        etag = response.headers.get('etag') ?? undefined;
        state.value = { data, isLoading: false };
      } else fail(failureOf(error, response));
    } catch (error) {
      if (ended.signal.aborted) return;
      if (!(error instanceof TypeError)) throw error;
      fail(unreachable);
    }
  };

  /** Nothing has changed: nothing is drawn again. */
  const settle = () => {
    const { data, failure, isLoading } = state.peek();
    if (failure || isLoading) state.value = { ...(data !== undefined && { data }), isLoading: false };
  };
  const fail = (failure: Failure) => (state.value = { ...state.peek(), failure, isLoading: false });

  const nextMs = (): number => {
    const { every, of } = options();
    const { failure } = state.peek();
    if (every && failure?.status !== 0) return every(state.peek().data);
    return isLive.peek() && of && !failure ? seldomMs : everyMs;
  };

  const forgetMoves = onMoved((subjects) => {
    const { of = [], still } = options();
    if (still || isTouched || !of.some((subject) => subjects.has(subject))) return;
    isTouched = true;
    lookIn(Math.max(soonMs, lookedAt + apartMs - Date.now()));
  });
  const seen = () => void look();
  /** The feed goes on from now: what was stored just before may not be folded yet when the question is asked. */
  const seenAgain = () => {
    isTouched = true;
    seen();
  };
  document.addEventListener('visibilitychange', seenAgain);
  const forget = effect(() => {
    wakers.forEach((each) => each.value);
    untracked(seen);
  });
  return () => {
    ended.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seenAgain);
    forgetMoves();
    forget();
  };
};
