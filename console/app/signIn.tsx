import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { Dialog } from '../parts/dialog.tsx';
import { config } from './config.ts';
import { operationsRefused, refused, showKey, showMasterKey } from './door.ts';

type KeyFormProps = { readonly label: string; readonly wrong: boolean; readonly show: (key: string) => void };

const KeyForm = ({ label, wrong, show }: KeyFormProps) => {
  const key = useSignal('');
  const id = useId();
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.value.trim() !== '') show(key.value.trim());
      }}
    >
      <div class="field">
        <label for={id}>{label}</label>
        <input
          id={id}
          type="password"
          autocomplete="off"
          value={key.value}
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          onInput={(event) => (key.value = event.currentTarget.value)}
        />
        {wrong && (
          <span class="wrong" id={`${id}-wrong`} role="alert">
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

/** In place of all pages, until something opens the door. */
export const SignIn = () => (
  <main class="sign-in panel">
    <h1 class="brand">Daybook</h1>
    {config.door === 'token' ? <TokenSignIn begin="signIn" /> : <KeySignIn />}
  </main>
);

/** Over the page, where a token has expired: the page stays as it is, with what somebody has typed. */
export const SignInAgain = () => (
  <Dialog title="Your sign-in has ended" isOpaque>
    <TokenSignIn begin="signInAgain" />
  </Dialog>
);

const KeySignIn = () => (
  <>
    <p class="muted">
      A function key or a host key opens the bank. It stays in this page alone: a reload asks for it again.
    </p>
    <KeyForm label="Key" wrong={refused.value?.hadKey ?? false} show={showKey} />
  </>
);

const isBack = () => new URLSearchParams(location.search).has('state');

type TokenSignInProps = { readonly begin: 'signIn' | 'signInAgain' };

const TokenSignIn = ({ begin }: TokenSignInProps) => {
  const isAgain = begin === 'signInAgain';
  const isBusy = useSignal(isBack());
  const failure = useSignal<string | undefined>(undefined);
  const attempt = async (step: TokenSignInProps['begin'] | 'endSignIn') => {
    isBusy.value = true;
    failure.value = undefined;
    try {
      await (await import('./tokens.ts'))[step]();
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
      isBusy.value = false;
    }
  };
  useEffect(() => {
    if (isBack()) void attempt('endSignIn');
  }, []);
  return (
    <>
      {!isAgain && <p class="muted">You sign in with your account at the bank. Your roles say what you see here.</p>}
      {isAgain && <p>Another window signs you in. This page stays as it is, with what you have typed.</p>}
      {failure.value !== undefined && (
        <div class="notice bad" role="alert">
          <strong>The sign-in failed</strong>
          <span>{failure.value}</span>
        </div>
      )}
      <div>
        {/* Whoever has closed the other window begins again. */}
        <button
          type="button"
          class="main-action"
          disabled={isBusy.value && !isAgain}
          onClick={() => void attempt(begin)}
        >
          {isBusy.value ? 'Signing in…' : 'Sign in'}
        </button>
      </div>
    </>
  );
};

/** Above a page that asks for what only operators may see, once for all of its parts. */
export const UnlockOperations = () =>
  operationsRefused.value && (
    <div class="panel unlock">
      <p>
        <strong>The master key opens operations.</strong>{' '}
        <span class="muted">It stays in this page alone: a reload asks for it again.</span>
      </p>
      <KeyForm label="Master key" wrong={operationsRefused.value.hadKey} show={showMasterKey} />
    </div>
  );
