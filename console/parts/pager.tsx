import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../api/failure.ts';
import type { Queried } from '../api/query.ts';

/** The places of a list's pages that a reader has seen: the cursor of each, the present one last. */
export type Pages = {
  readonly cursor: string | undefined;
  readonly number: number;
  readonly next: (cursor: string) => void;
  readonly back: () => void;
  readonly beginAgain: () => void;
};

type Kept = { readonly pages?: Readonly<Record<string, readonly string[]>> } | null;

/**
 * `about` begins with the list's name, since a page may have several. When it changes, as by a filter, the list begins again at its first
 * page. Whoever comes back to a list finds the page that they left.
 */
export const usePages = (about: readonly [list: string, ...filters: unknown[]]): Pages => {
  const list = JSON.stringify(about);
  const cursors = useSignal(keptOf(list));
  const last = useRef(list);
  useEffect(() => {
    if (last.current !== list) cursors.value = [];
    last.current = list;
  }, [list]);
  const turn = (to: readonly string[]) => {
    cursors.value = to;
    const kept = history.state as Kept;
    history.replaceState({ ...kept, pages: { ...kept?.pages, [list]: to } }, '');
  };
  return {
    cursor: cursors.value.at(-1),
    number: cursors.value.length + 1,
    next: (cursor) => turn([...cursors.value, cursor]),
    back: () => turn(cursors.value.slice(0, -1)),
    beginAgain: () => turn([]),
  };
};

/** The browser keeps it with the step of its history. */
const keptOf = (list: string): readonly string[] => (history.state as Kept)?.pages?.[list] ?? [];

type PagerProps = { readonly pages: Pages; readonly of: Queried<{ readonly nextCursor?: string | undefined }> };

/**
 * Turns the pages of a list; nothing where there is one page alone. It stands beside the answer, not in it, so that it also leads away from
 * a page that cannot be read. Where a list has been rebuilt since, it begins again.
 */
export const Pager = ({ pages, of: { data, failure, isLoading } }: PagerProps) => {
  const isRefused = pages.cursor !== undefined && !isLoading && failure !== undefined && isOfCursor(failure);
  useEffect(() => {
    if (isRefused) pages.beginAgain();
  }, [isRefused]);
  const nextCursor = data?.nextCursor;
  if (pages.number === 1 && nextCursor === undefined) return null;
  // Until this page is there, what is known is where this page begins, and not the next one.
  const next = () => nextCursor !== undefined && !isLoading && !failure && pages.next(nextCursor);
  return (
    <nav class="row" aria-label="Pages of the list">
      <button type="button" disabled={pages.number === 1} onClick={pages.back}>
        Back
      </button>
      <span class="muted small">Page {pages.number}</span>
      <button type="button" disabled={nextCursor === undefined} onClick={next}>
        Next
      </button>
    </nav>
  );
};

const isOfCursor = ({ code, fields }: Failure): boolean => code === 'CursorExpired' || '/query/cursor' in fields;
