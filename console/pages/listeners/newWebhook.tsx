import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useCommand } from '../../api/command.ts';
import { linkTo } from '../../app/router.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Form } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';

type Made = { readonly url: string; readonly description?: string };

/** Makes a webhook that is told of everything, and shows its secret, once. */
export const NewWebhook = ({ close }: { readonly close: () => void }) => {
  const [url, description] = [useSignal(''), useSignal('')];
  const { state, run } = useCommand((body: Made, header) => api.POST('/api/webhooks', { params: { header }, body }));
  const { failure, isBusy, done } = state.value;
  const submit = () => {
    const about = description.value.trim();
    void run({ url: url.value.trim(), ...(about !== '' && { description: about }) });
  };
  if (done) {
    return (
      <Dialog title="New webhook" close={close}>
        <p>The bank signs what it sends with this secret. Nobody sees it again:</p>
        <pre tabIndex={0} aria-label="The secret">
          {done.secret ?? 'It was shown before.'}
        </pre>
        <a href={linkTo(`/listeners/webhooks/${done.id}`)}>The webhook</a>
      </Dialog>
    );
  }
  return (
    <Dialog title="New webhook" close={close}>
      <p class="muted">The bank tells it of all events from now on.</p>
      <Form action="Create" isBusy={isBusy} submit={submit}>
        <Field
          label="URL"
          value={url}
          isRequired
          placeholder="https://example.com/hook"
          wrong={failure?.fields['/url']}
        />
        <Field label="Description" value={description} maxLength={140} wrong={failure?.fields['/description']} />
        {failure && Object.keys(failure.fields).length === 0 && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};
