import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useOperation } from '../../api/command.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Form } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';

type RebuildFormProps = { readonly name: string; readonly close: () => void };

/** Begins a build; one that is under way goes on. */
export const RebuildForm = ({ name, close }: RebuildFormProps) => {
  const budget = useSignal('');
  const { state, run } = useOperation((units: number | undefined) =>
    api.POST('/api/ops/projections/{name}/rebuild', {
      params: { path: { name }, query: units === undefined ? {} : { requestUnitsPerSecond: units } },
    }),
  );
  const { failure, isBusy } = state.value;
  const wrong = failure?.fields['/query/requestUnitsPerSecond'];
  return (
    <Dialog title={`Rebuild ${name}`} close={close}>
      <p class="muted">
        The app builds the next generation from all events, beside the one that answers. Once it shows as much, it
        answers instead; the former one is kept for a while.
      </p>
      <Form
        action="Rebuild"
        isBusy={isBusy}
        submit={() => void run(budget.value.trim() === '' ? undefined : Number(budget.value)).then((b) => b && close())}
      >
        <Field
          label="Request units a second, at most"
          value={budget}
          inputMode="decimal"
          placeholder="as much as it can"
          wrong={wrong}
        />
        {failure && wrong === undefined && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};

type FlipBackFormProps = RebuildFormProps & { readonly generation: string };

export const FlipBackForm = ({ name, generation, close }: FlipBackFormProps) => {
  const { state, run } = useOperation((wanted: string) =>
    api.POST('/api/ops/projections/{name}/flip-back', { params: { path: { name: wanted } } }),
  );
  const { failure, isBusy } = state.value;
  return (
    <Dialog title={`Flip ${name} back`} close={close}>
      <p class="muted">
        The app brings the former generation, <code>{generation}</code>, up to date, and lets it answer again. The
        present one is kept for a while.
      </p>
      <Form action="Flip back" isBusy={isBusy} submit={() => void run(name).then((begun) => begun && close())}>
        {failure && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};
