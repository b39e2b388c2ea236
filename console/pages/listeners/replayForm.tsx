import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useOperation, type Command } from '../../api/command.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Form } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { inBrowserZone, instantOf } from '../../parts/texts.tsx';

type SinceFormProps = {
  readonly title: string;
  readonly about: string;
  readonly action: string;
  readonly command: Command<string, unknown>;
  readonly close: () => void;
};

const hourMs = 3_600_000;

/** Asks for an instant, since which something is done. */
export const SinceForm = ({ title, about, action, command: { state, run }, close }: SinceFormProps) => {
  const from = useSignal(inBrowserZone(Date.now() - hourMs));
  const { failure, isBusy } = state.value;
  const wrong = failure?.fields['/from'] ?? failure?.fields['/query/since'];
  return (
    <Dialog title={title} close={close}>
      <p class="muted">{about}</p>
      <Form
        action={action}
        isBusy={isBusy}
        submit={() => void run(instantOf(from.value)).then((done) => done !== undefined && close())}
      >
        <Field label="From" type="datetime-local" value={from} isRequired wrong={wrong} />
        {failure && wrong === undefined && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};

/** Sends history again to one listener. */
export const ReplayForm = ({ listener, close }: { readonly listener: string; readonly close: () => void }) => {
  const command = useOperation<string, unknown>((from) =>
    api.POST('/api/ops/listeners/{name}/replay', {
      params: { path: { name: listener } },
      body: { from, eventsPerSecond: 500 },
    }),
  );
  return (
    <SinceForm
      title={`Replay to ${listener}`}
      about="All events since then come again, to this listener alone. It drops those that it has handled."
      action="Replay"
      command={command}
      close={close}
    />
  );
};
