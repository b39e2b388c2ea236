import { useSignal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useCommand } from '../../api/command.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Form } from '../../parts/form.tsx';
import type { Account, Hold } from './account.ts';
import { AmountField, UnnamedFailure } from './moveForms.tsx';

type CaptureFormProps = { readonly account: Account; readonly hold: Hold; readonly close: () => void };

/** Takes all of a hold or less; the rest is free again. */
export const CaptureForm = ({ account: { id, currency }, hold, close }: CaptureFormProps) => {
  const amount = useSignal(hold.amount.amount);
  const { state, run } = useCommand((taken: string, header) =>
    api.POST('/api/accounts/{id}/holds/{holdId}/capture', {
      params: { path: { id, holdId: hold.id }, header },
      body: { amount: taken, currency },
    }),
  );
  const { failure, isBusy } = state.value;
  return (
    <Dialog title="Capture" close={close}>
      <Form
        action="Capture"
        isBusy={isBusy}
        submit={() => void run(amount.value.trim()).then((done) => done && close())}
      >
        <AmountField currency={currency} amount={amount} failure={failure} />
        <UnnamedFailure of={failure} />
      </Form>
    </Dialog>
  );
};
