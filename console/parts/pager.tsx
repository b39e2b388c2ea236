import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** The places of a list's pages that a reader has seen: the cursor of each, the present one last. */
export type Pages = {
  readonly cursor: string | undefined;
  readonly number: number;
  readonly next: (cursor: string) => void;
  readonly back: () => void;
};

/** Begins again at the first page when `about` changes, such as a filter. */
export const usePages = (about: readonly unknown[]): Pages => {
  const cursors = useSignal<readonly string[]>([]);
  useEffect(() => void (cursors.value = []), about);
  return {
    cursor: cursors.value.at(-1),
    number: cursors.value.length + 1,
    next: (cursor) => (cursors.value = [...cursors.value, cursor]),
    back: () => (cursors.value = cursors.value.slice(0, -1)),
  };
};

type PagerProps = { readonly pages: Pages; readonly nextCursor: string | undefined };

/** Turns the pages of a list; nothing where there is one page alone. */
export const Pager = ({ pages, nextCursor }: PagerProps) =>
  pages.number === 1 && nextCursor === undefined ? null : (
    <nav class="row" aria-label="Pages of the list">
      <button type="button" disabled={pages.number === 1} onClick={pages.back}>
        Back
      </button>
      <span class="muted small">Page {pages.number}</span>
      <button
        type="button"
        disabled={nextCursor === undefined}
        onClick={() => nextCursor !== undefined && pages.next(nextCursor)}
      >
        Next
      </button>
    </nav>
  );

/** The value of a signal once it has rested for a moment. */
export const useRested = <T,>(of: ReadonlySignal<T>, ms = 250): T => {
  const rested = useSignal(of.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = of.subscribe((value) => {
      clearTimeout(timer);
      timer = setTimeout(() => (rested.value = value), ms);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [of]);
  return rested.value;
};
