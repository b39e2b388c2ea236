import { effect, signal, untracked, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { credentials, refused } from '../app/door.ts';
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
 * is about, or else every 5 s; never before the time that `Retry-After` names, nor while the door is shut.
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

/** Longer than the app takes for any answer but a wait. */
const silentMs = 25_000;

/** Asks a question. Resolves with undefined where the connection fails, or is silent for so long that nothing will come. */
const replyTo = async <T>(
  ask: (asking: Asking) => Promise<Reply<T>>,
  etag: string | undefined,
  ended: AbortSignal,
): Promise<Reply<T> | undefined> => {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), silentMs);
  try {
    return await ask({
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      signal: AbortSignal.any([ended, silent.signal]),
    });
  } catch (error) {
    if (!(error instanceof TypeError) && !ended.aborted && !silent.signal.aborted) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};

/** When one of these changes, the page asks all its questions at once. */
const wakers = [commands, credentials, refused];

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
    if (isBusy || ended.signal.aborted || document.hidden || refused.peek()) return;
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
    const reply = await replyTo(ask, etag, ended.signal);
    if (ended.signal.aborted) return;
    if (!reply) {
      fail(unreachable);
      return;
    }
    const { data, error, response } = reply;
    notBefore = Date.now() + retryAfterMs(response);
    if (response.status === 304) settle();
    else if (data !== undefined) {
      etag = response.headers.get('etag') ?? undefined;
      state.value = { data, isLoading: false };
    } else fail(failureOf(error, response));
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

  const touch = () => {
    if (isTouched || options().still) return;
    isTouched = true;
    lookIn(Math.max(soonMs, lookedAt + apartMs - Date.now()));
  };
  const forgetMoves = onMoved((subjects) => {
    if (options().of?.some((subject) => subjects.has(subject))) touch();
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
  let wasLive = isLive.peek();
  const forgetLive = isLive.subscribe((live) => {
    const isChanged = live !== wasLive;
    wasLive = live;
    if (!isChanged || !options().of) return;
    // Something may have moved between the last answer and the place where the feed begins.
    if (live) touch();
    // By the clock from now on.
    else if (!isBusy && !isTouched && !options().still) lookIn(nextMs());
  });
  return () => {
    ended.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seenAgain);
    forgetMoves();
    forgetLive();
    forget();
  };
};
