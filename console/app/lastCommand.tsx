import { useEffect } from 'preact/hooks';
import { lastDone } from '../api/command.ts';
import { may } from './door.ts';
import { linkTo } from './router.ts';

const shownMs = 20_000;

/** Says that a command was carried out, and leads to what became of it. */
export const LastCommand = () => {
  const id = lastDone.value;
  useEffect(() => {
    if (id === undefined) return undefined;
    const timer = setTimeout(forget, shownMs);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div class="done" role="status">
      {id !== undefined && (
        <div class="done-card" key={id}>
          <span>Done.</span>
          {may(['Operator', 'Auditor']) && (
            <a href={linkTo(`/flow/${id}`)} onClick={forget}>
              Follow it through the bank
            </a>
          )}
          <button type="button" class="link" onClick={forget}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
};

const forget = () => (lastDone.value = undefined);
