import { useSignal } from '@preact/signals';
import { operationsRefused, refused, showKey, showMasterKey } from './door.ts';

type KeyFormProps = { readonly label: string; readonly wrong: boolean; readonly show: (key: string) => void };

const KeyForm = ({ label, wrong, show }: KeyFormProps) => {
  const key = useSignal('');
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.value.trim() !== '') show(key.value.trim());
      }}
    >
      <div class="field">
        <label for={label}>{label}</label>
        <input
          id={label}
          type="password"
          autocomplete="off"
          value={key.value}
          aria-invalid={wrong}
          aria-describedby={wrong ? `${label} wrong` : undefined}
          onInput={(event) => (key.value = event.currentTarget.value)}
        />
        {wrong && (
          <span class="wrong" id={`${label} wrong`} role="alert">
            This key does not open it.
          </span>
        )}
      </div>
      <div>
        <button class="main-action">Open</button>
      </div>
    </form>
  );
};

/** In place of all pages, until a key opens the door. */
export const SignIn = () => (
  <main class="sign-in">
    <h1>Daybook</h1>
    <p>A function key or a host key opens the bank. It stays in this page alone: a reload asks for it again.</p>
    <KeyForm label="Key" wrong={refused.value?.hadKey ?? false} show={showKey} />
  </main>
);

/** In place of what only operators may see. */
export const UnlockOperations = () => (
  <div class="stack">
    <p class="muted">The master key opens operations. It stays in this page alone.</p>
    <KeyForm label="Master key" wrong={operationsRefused.value?.hadKey ?? false} show={showMasterKey} />
  </div>
);
