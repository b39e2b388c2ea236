import { useId } from 'preact/hooks';
import type { components } from '../../../client/api.ts';
import { api } from '../../api/client.ts';
import { useOperation } from '../../api/command.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { countText, durationText } from '../../parts/texts.tsx';

type Operation = components['schemas']['Operation'];

/** How far a build is. It answers by itself once it is complete, unless somebody cancels it before. */
export const Building = ({ of }: { readonly of: Operation }) => {
  const { operationId, subject, done, total, rate, secondsLeft, cancelRequested } = of;
  const id = useId();
  const { state, run } = useOperation((wanted: string) =>
    api.DELETE('/api/ops/operations/{operationId}', { params: { path: { operationId: wanted } } }),
  );
  const { failure, isBusy } = state.value;
  const isComplete = total > 0 && done >= total;
  return (
    <div class="stack">
      <label for={id} class="small">
        {isComplete ? 'Complete: it answers in a moment' : `Builds the next generation of ${subject}`}
      </label>
      <progress id={id} max={Math.max(1, total)} value={done} />
      <div class="spread">
        <span class="small muted">
          {done.toLocaleString()} of {countText(total, 'event')} · {rate.toLocaleString()} a second
          {secondsLeft !== undefined && !isComplete && ` · ${durationText(secondsLeft * 1_000)} left`}
        </span>
        <CommandButton isBusy={isBusy || cancelRequested === true} run={() => void run(operationId)}>
          {cancelRequested ? 'It ends…' : 'Cancel'}
        </CommandButton>
      </div>
      {failure && <FailureNotice of={failure} />}
    </div>
  );
};
