import { effect, signal, untracked, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { credentials } from '../app/door.ts';
import { failureOf, unreachable, type Failure } from './failure.ts';
import { isLive, onMoved } from './live.ts';
import type { Subject } from './subjects.ts';

/** Goes into the options of a request, so that an answer that did not change is not sent again. */
export type Asking = { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal };

export type Reply<T> = { readonly data?: T | undefined; readonly error?: unknown; readonly response: Response };

/** While there is no newer answer, the last one stands. */
export type Queried<T> = { readonly data?: T; readonly failure?: Failure; readonly isLoading: boolean };

type Options<T> = {
  /** It is asked once. */
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
const apartMs = 1_000;
/** Lists come from views, which may fold an event a moment after the feed has told of it. */
const foldedMs = 2_000;

/** Counts the commands of this page: each makes all queries look again. */
const commands = signal(0);
export const lookAgain = (): void => void (commands.value += 1);

/**
 * Asks a question when `about` changes, after each command, and again for as long as somebody sees the page: when an event touches what it
 * is about, or else every 5 s. `Retry-After` makes it wait longer.
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

  const lookIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
  };

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    isWanted = isBusy;
    if (isBusy || ended.signal.aborted || document.hidden) return;
    isBusy = true;
    lookedAt = Date.now();
    const wasTouched = isTouched;
    isTouched = false;
    const waitMs = await lookOnce();
    isBusy = false;
    if (isWanted) void look();
    else if (!options().still) lookIn(pauseAfter(wasTouched, waitMs));
  };

  /** Something may have moved while the question was on its way. */
  const pauseAfter = (wasTouched: boolean, waitMs: number): number => {
    if (isTouched) return apartMs;
    return wasTouched ? foldedMs : waitMs;
  };

  const lookOnce = async (): Promise<number> => {
    const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
    try {
      const { data, error, response } = await ask({ headers, signal: ended.signal });
      if (ended.signal.aborted) return 0;
      if (response.status === 304) settle();
      else if (data !== undefined) {
        etag = response.headers.get('etag') ?? undefined;
        state.value = { data, isLoading: false };
      } else fail(failureOf(error, response));
      return Math.max(nextMs(), Number(response.headers.get('retry-after') ?? 0) * 1_000);
    } catch (error) {
      if (!ended.signal.aborted) {
        if (!(error instanceof TypeError)) throw error;
        fail(unreachable);
      }
      return everyMs;
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
    if (every) return every(state.peek().data);
    return isLive.peek() && of && !state.peek().failure ? seldomMs : everyMs;
  };

  const forgetMoves = onMoved((subjects) => {
    const { of = [], still } = options();
    if (still || isTouched || !of.some((subject) => subjects.has(subject))) return;
    isTouched = true;
    lookIn(Math.max(soonMs, lookedAt + apartMs - Date.now()));
  });
  const seen = () => void look();
  document.addEventListener('visibilitychange', seen);
  const forget = effect(() => {
    wakers.forEach((each) => each.value);
    untracked(seen);
  });
  return () => {
    ended.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
    forgetMoves();
    forget();
  };
};
