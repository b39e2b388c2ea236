import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Queried } from '../api/query.ts';
import { FailureNotice } from './notice.tsx';

type PanelProps = {
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ComponentChildren;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
};

/** A part of a page with a title of its own. */
export const Panel = ({ title, aside, wide = false, children }: PanelProps) => {
  const id = useId();
  return (
    <section class={`panel${wide ? ' wide' : ''}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
};

type AnsweredProps<T> = {
  readonly of: Queried<T>;
  readonly children: (data: T) => ComponentChildren;
};

/** What a question brought: the answer, why there is none, or both where an older answer still stands. */
export const Answered = <T,>({ of: { data, failure, isLoading }, children }: AnsweredProps<T>) => (
  <>
    {failure && <FailureNotice of={failure} isOld={data !== undefined} isAskedAgain />}
    {data === undefined ? isLoading && <p class="muted">Loading…</p> : children(data)}
  </>
);

/** Where there is nothing yet: what it is, and what to do. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="empty">
    <strong>{title}</strong>
    {children}
  </div>
);

type HeadProps = {
  readonly title: string;
  readonly about?: ComponentChildren;
  readonly children?: ComponentChildren;
};

/** The top of a page; what stands in it is done on the whole page. */
export const Head = ({ title, about, children }: HeadProps) => (
  <header class="head">
    <div>
      <h1 tabIndex={-1}>{title}</h1>
      {about !== undefined && <div class="muted">{about}</div>}
    </div>
    {children}
  </header>
);
