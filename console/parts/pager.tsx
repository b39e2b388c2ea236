import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** The places of a list's pages that a reader has seen: the cursor of each, the present one last. */
export type Pages = {
  readonly cursor: string | undefined;
  readonly number: number;
  readonly next: (cursor: string) => void;
  readonly back: () => void;
};

type Kept = { readonly pages?: Readonly<Record<string, readonly string[]>> } | null;

/** Begins again at the first page when `about` changes, such as a filter. Whoever comes back to a list finds the page that they left. */
export const usePages = (about: readonly unknown[]): Pages => {
  const list = about.join(' ');
  const cursors = useSignal(keptOf(list));
  const last = useRef(list);
  useEffect(() => {
    if (last.current !== list) cursors.value = [];
    last.current = list;
  }, [list]);
  const turn = (to: readonly string[]) => {
    cursors.value = to;
    history.replaceState({ ...(history.state as Kept), pages: { [list]: to } }, '');
  };
  return {
    cursor: cursors.value.at(-1),
    number: cursors.value.length + 1,
    next: (cursor) => turn([...cursors.value, cursor]),
    back: () => turn(cursors.value.slice(0, -1)),
  };
};

/** The browser keeps it with the step of its history. */
const keptOf = (list: string): readonly string[] => (history.state as Kept)?.pages?.[list] ?? [];

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
