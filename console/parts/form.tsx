import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Signal } from '@preact/signals';

type FieldProps = {
  readonly label: string;
  readonly value: Signal<string>;
  /** What is wrong with it, in the app's words. */
  readonly wrong?: string | undefined;
  readonly type?: 'text' | 'email' | 'search' | 'datetime-local' | 'month';
  readonly inputMode?: 'decimal' | 'text';
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly maxLength?: number;
};

/** One line that somebody fills in. */
export const Field = ({ label, value, wrong, type = 'text', isRequired = false, ...rest }: FieldProps) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        value={value}
        required={isRequired}
        autocomplete="off"
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
        onInput={(event) => (value.value = event.currentTarget.value)}
        {...{ ...rest, type: type as 'text' }}
      />
      {wrong !== undefined && (
        <span class="wrong" id={`${id}-wrong`}>
          {label} {wrong}
        </span>
      )}
    </div>
  );
};

type ChoiceProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly choose: (value: string) => void;
};

/** One of a few. */
export const Choice = ({ label, value, options, choose }: ChoiceProps) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
};

type FormProps = {
  readonly submit: () => void;
  readonly action: string;
  readonly isBusy: boolean;
  /** Whether what it does cannot be taken back. */
  readonly isDanger?: boolean;
  readonly children: ComponentChildren;
};

/**
 * Fields, and the button that sends them. While it is busy, nothing is sent again. Whoever reloads or leaves the page once something was
 * typed or sent is asked first, since the page keeps none of it.
 */
export const Form = ({ submit, action, isBusy, isDanger = false, children }: FormProps) => {
  const isBegun = useRef(false);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (isBegun.current) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  const begin = () => (isBegun.current = true);
  return (
    <form
      class="fields"
      onInput={begin}
      onSubmit={(event) => {
        event.preventDefault();
        begin();
        submit();
      }}
    >
      {children}
      <div>
        <button class={isDanger ? 'main-action danger' : 'main-action'} disabled={isBusy}>
          {isBusy ? 'Sending…' : action}
        </button>
      </div>
    </form>
  );
};
