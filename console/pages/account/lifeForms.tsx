import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useCommand, type Command } from '../../api/command.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Form } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import type { ActionProps } from './account.ts';

type ReasonFormProps = {
  readonly title: string;
  readonly about: string;
  readonly isRequired?: boolean;
  readonly isDanger?: boolean;
  readonly close: () => void;
  readonly command: Command<string, unknown>;
};

/** A command that asks for a reason. */
const ReasonForm = ({ title, about, isRequired = true, isDanger = false, close, command }: ReasonFormProps) => {
  const { state, run } = command;
  const reason = useSignal('');
  const { failure, isBusy } = state.value;
  return (
    <Dialog title={title} close={close}>
      <p class="muted">{about}</p>
      <Form
        action={title}
        isBusy={isBusy}
        isDanger={isDanger}
        submit={() => void run(reason.value.trim()).then((done) => done !== undefined && close())}
      >
        <Field
          label="Reason"
          value={reason}
          isRequired={isRequired}
          maxLength={140}
          wrong={failure?.fields['/reason']}
        />
        {failure && failure.fields['/reason'] === undefined && <FailureNotice of={failure} />}
      </Form>
    </Dialog>
  );
};

export const FreezeForm = ({ account: { id, status }, close }: ActionProps) => {
  const isFrozen = status === 'frozen';
  const command = useCommand<string, unknown>((reason, header) =>
    api.POST(isFrozen ? '/api/accounts/{id}/unfreeze' : '/api/accounts/{id}/freeze', {
      params: { path: { id }, header },
      body: { reason },
    }),
  );
  return (
    <ReasonForm
      title={isFrozen ? 'Unfreeze' : 'Freeze'}
      about={isFrozen ? 'The account gives money again.' : 'A frozen account takes money, and gives none.'}
      close={close}
      command={command}
    />
  );
};

export const CloseForm = ({ account: { id }, close }: ActionProps) => {
  const command = useCommand<string, unknown>((reason, header) =>
    api.POST('/api/accounts/{id}/close', {
      params: { path: { id }, header },
      body: reason === '' ? {} : { reason },
    }),
  );
  return (
    <ReasonForm
      title="Close account"
      about="For good. The balance has to be zero, and nothing held or in transit."
      isRequired={false}
      isDanger
      close={close}
      command={command}
    />
  );
};

type ReverseFormProps = { readonly accountId: string; readonly transactionId: string; readonly close: () => void };

export const ReverseForm = ({ accountId: id, transactionId, close }: ReverseFormProps) => {
  const command = useCommand<string, unknown>((reason, header) =>
    api.POST('/api/accounts/{id}/transactions/{transactionId}/reversal', {
      params: { path: { id, transactionId }, header },
      body: { reason },
    }),
  );
  return (
    <ReasonForm
      title="Reverse"
      about="A further movement takes it back; nothing is deleted. Each can be reversed once."
      close={close}
      command={command}
    />
  );
};
