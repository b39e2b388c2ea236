import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { carriedOut, useCommand } from '../../api/command.ts';
import { go } from '../../app/router.ts';
import { CommandButton } from '../../parts/commandButton.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { countText } from '../../parts/texts.tsx';
import { SinceForm } from './replayForm.tsx';
import { lastOf } from './deliveries.tsx';
import type { Webhook } from './webhook.ts';

type Props = { readonly of: Webhook };
type FormProps = Props & { readonly close: () => void };

/** What can be done with a webhook as a whole. */
export const WebhookActions = ({ of }: Props) => {
  const { id, status } = of;
  const open = useSignal<'disable' | 'retry' | 'replay' | 'delete' | undefined>(undefined);
  const said = useSignal('');
  const close = () => (open.value = undefined);
  const enable = useCommand((_: unknown, header) =>
    api.PATCH('/api/webhooks/{id}', { params: { path: { id }, header }, body: { status: 'enabled' } }),
  );
  const test = useCommand((_: unknown, header) =>
    api.POST('/api/webhooks/{id}/test', { params: { path: { id }, header } }),
  );
  const failure = enable.state.value.failure ?? test.state.value.failure;
  const tested = test.state.value.done;
  const isDisabled = status === 'disabled';
  return (
    <>
      <div class="row apart">
        {status !== 'enabled' && (
          <CommandButton class="main-action" isBusy={enable.state.value.isBusy} run={() => void enable.run(undefined)}>
            Enable again
          </CommandButton>
        )}
        <CommandButton isBusy={test.state.value.isBusy} run={() => void test.run(undefined)}>
          {test.state.value.isBusy ? 'Testing …' : 'Send a test'}
        </CommandButton>
        {!isDisabled && (
          <>
            <button type="button" onClick={() => (open.value = 'retry')}>
              Send what failed again
            </button>
            <button type="button" onClick={() => (open.value = 'replay')}>
              Replay
            </button>
            <button type="button" class="danger" onClick={() => (open.value = 'disable')}>
              Disable
            </button>
          </>
        )}
        <button type="button" class="danger" onClick={() => (open.value = 'delete')}>
          Delete
        </button>
      </div>
      {failure && <FailureNotice of={failure} />}
      {tested && (
        <p class={`notice ${tested.status === 'succeeded' ? 'good' : 'bad'}`} role="status">
          The test {tested.status}: {lastOf(tested)}, after {tested.ms.toLocaleString()} ms.
        </p>
      )}
      {said.value !== '' && (
        <p class="notice" role="status">
          {said.value}
        </p>
      )}
      {open.value === 'disable' && <Disable of={of} close={close} />}
      {open.value === 'retry' && <RetryFailed of={of} say={(text) => (said.value = text)} close={close} />}
      {open.value === 'replay' && <Replay of={of} close={close} />}
      {open.value === 'delete' && <Delete of={of} close={close} />}
    </>
  );
};

const Disable = ({ of: { id }, close }: FormProps) => {
  const command = useCommand((_: unknown, header) =>
    api.PATCH('/api/webhooks/{id}', { params: { path: { id }, header }, body: { status: 'disabled' } }),
  );
  return (
    <Confirm title="Disable" action="Disable" isDanger command={command} close={close}>
      <p>What is pending ends as failed, and nothing is written down for it until somebody enables it again.</p>
    </Confirm>
  );
};

const Delete = ({ of: { id, url }, close }: FormProps) => {
  const command = useCommand((_: unknown, header) =>
    carriedOut(api.DELETE('/api/webhooks/{id}', { params: { path: { id }, header } })),
  );
  return (
    <Confirm
      title="Delete"
      action="Delete"
      isDanger
      command={command}
      close={(done) => (done ? go('/listeners') : close())}
    >
      <p>
        The bank tells <bdi>{url}</bdi> nothing more. This is for good.
      </p>
    </Confirm>
  );
};

const RetryFailed = ({ of: { id }, say, close }: FormProps & { readonly say: (text: string) => void }) => {
  const command = useCommand<string, unknown>(async (since, header) => {
    const reply = await api.POST('/api/webhooks/{id}/retry', { params: { path: { id }, header, query: { since } } });
    if (reply.data) say(`${countText(reply.data.retried, 'delivery is', 'deliveries are')} tried again.`);
    return reply;
  });
  return (
    <SinceForm
      title="Send what failed again"
      about="All deliveries that have failed, of events since then, are tried at once."
      action="Send again"
      command={command}
      close={close}
    />
  );
};

const Replay = ({ of: { id }, close }: FormProps) => {
  const command = useCommand<string, unknown>((from, header) =>
    api.POST('/api/webhooks/{id}/replay', { params: { path: { id }, header }, body: { from } }),
  );
  return (
    <SinceForm
      title="Replay"
      about="It is told again of all events since then, also of those that it has heard."
      action="Replay"
      command={command}
      close={close}
    />
  );
};
