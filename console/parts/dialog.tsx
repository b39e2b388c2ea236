import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

type DialogProps = {
  readonly title: string;
  /** Without it, nobody goes on without doing that. */
  readonly close?: () => void;
  /** Whether it hides the page below it. */
  readonly isOpaque?: boolean;
  readonly children: ComponentChildren;
};

/** Something to do before going on. Escape closes it, and the focus returns to where it was. */
export const Dialog = ({ title, close, isOpaque = false, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const isLeft = useRef(false);
  // Before the next key.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('input, select, .main-action')?.focus();
    // Browsers may close what lies below by the same Escape: dialogs that nobody has clicked between count as one.
    const stay = (event: KeyboardEvent) => event.key === 'Escape' && !close && event.preventDefault();
    addEventListener('keydown', stay);
    return () => {
      removeEventListener('keydown', stay);
      isLeft.current = true;
      // While it is open, nothing outside takes the focus.
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const closed = () => {
    if (isLeft.current) return;
    // There are other ways to close one, such as a phone's gesture to go back.
    if (close) close();
    else dialog.current?.showModal();
  };
  return (
    <dialog ref={dialog} class={isOpaque ? 'opaque' : undefined} aria-labelledby={id} onClose={closed}>
      <div class="stack">
        <div class="spread">
          <h2 id={id}>{title}</h2>
          {close && (
            <button type="button" class="quiet" onClick={close}>
              Close
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
};
