import { effect, signal, untracked, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { credentials } from '../app/door.ts';
import { failureOf, unreachable, type Failure } from './failure.ts';

/** Goes into the options of a request, so that an answer that did not change is not sent again. */
export type Asking = { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal };

export type Reply<T> = { readonly data?: T | undefined; readonly error?: unknown; readonly response: Response };

/** While there is no newer answer, the last one stands. */
export type Queried<T> = { readonly data?: T; readonly failure?: Failure; readonly isLoading: boolean };

const everyMs = 5_000;

/** Counts the commands of this page: each makes all queries look again. */
const commands = signal(0);
export const lookAgain = (): void => void (commands.value += 1);

/**
 * Asks a question when `about` changes, after each command, and every 5 s for as long as somebody sees the page. `Retry-After` makes it
 * wait longer. A question that is `still` is asked once, one that is off not at all.
 */
export const useQuery = <T>(
  ask: (asking: Asking) => Promise<Reply<T>>,
  about: readonly unknown[],
  { still = false, isOff = false }: { readonly still?: boolean; readonly isOff?: boolean } = {},
): ReadonlySignal<Queried<T>> => {
  const state = useSignal<Queried<T>>({ isLoading: true });
  useEffect(() => {
    if (isOff) return undefined;
    state.value = { ...state.peek(), isLoading: true };
    return keepAsking(ask, still, (next) => (state.value = next(state.peek())));
  }, about);
  return state;
};

type Tell<T> = (next: (last: Queried<T>) => Queried<T>) => void;

const wakers = [commands, credentials];

/** Returns a function that ends it. */
const keepAsking = <T>(ask: (asking: Asking) => Promise<Reply<T>>, still: boolean, tell: Tell<T>): (() => void) => {
  const ended = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let etag: string | undefined;
  let isBusy = false;
  let isWanted = false;

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    isWanted = isBusy;
    if (isBusy || ended.signal.aborted || document.hidden) return;
    isBusy = true;
    const waitMs = await lookOnce();
    isBusy = false;
    if (isWanted) void look();
    else if (!still) timer = setTimeout(() => void look(), waitMs);
  };

  const lookOnce = async (): Promise<number> => {
    const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
    try {
      const { data, error, response } = await ask({ headers, signal: ended.signal });
      if (ended.signal.aborted) return 0;
      if (response.status === 304)
        tell((last) => ({ ...(last.data !== undefined && { data: last.data }), isLoading: false }));
      else if (data !== undefined) {
        etag = response.headers.get('etag') ?? undefined;
        tell(() => ({ data, isLoading: false }));
      } else tell((last) => ({ ...last, failure: failureOf(error, response), isLoading: false }));
      return Math.max(everyMs, Number(response.headers.get('retry-after') ?? 0) * 1_000);
    } catch (error) {
      if (!ended.signal.aborted) {
        if (!(error instanceof TypeError)) throw error;
        tell((last) => ({ ...last, failure: unreachable, isLoading: false }));
      }
      return everyMs;
    }
  };

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
    forget();
  };
};
