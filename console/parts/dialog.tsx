import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

type DialogProps = { readonly title: string; readonly close: () => void; readonly children: ComponentChildren };

/** Something to do before going on. Escape closes it, and the focus returns to where it was. */
export const Dialog = ({ title, close, children }: DialogProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const isLeft = useRef(false);
  // Before the next key.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('input, select')?.focus();
    return () => {
      isLeft.current = true;
      // While it is open, nothing outside takes the focus.
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={() => !isLeft.current && close()}>
      <div class="stack">
        <div class="spread">
          <h2 id={id}>{title}</h2>
          <button type="button" class="quiet" onClick={close}>
            Close
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
};
