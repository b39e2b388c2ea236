import { useSignal, type Signal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { useCommand } from '../../api/command.ts';
import type { Failure } from '../../api/failure.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Form } from '../../parts/form.tsx';
import { FailureNotice } from '../../parts/notice.tsx';
import { moneyText } from '../../parts/texts.tsx';
import type { Account, ActionProps } from './account.ts';

type Currency = Account['currency'];
type Movement = { readonly amount: string; readonly currency: Currency; readonly reference?: string };

/** What several forms ask for: an amount in the account's currency, and what it is for. */
export const useMovement = (currency: Currency) => {
  const amount = useSignal('');
  const reference = useSignal('');
  const movement = (): Movement => ({
    amount: amount.value.trim(),
    currency,
    ...(reference.value.trim() !== '' && { reference: reference.value.trim() }),
  });
  return { amount, reference, movement };
};

type AmountFieldProps = {
  readonly currency: Currency;
  readonly amount: Signal<string>;
  readonly failure: Failure | undefined;
};

export const AmountField = ({ currency, amount, failure }: AmountFieldProps) => (
  <Field
    label={`Amount in ${currency}`}
    value={amount}
    inputMode="decimal"
    isRequired
    wrong={failure?.fields['/amount']}
  />
);

/** A failure that no field shows. */
export const UnnamedFailure = ({ of }: { readonly of: Failure | undefined }) =>
  of && Object.keys(of.fields).length === 0 ? <FailureNotice of={of} /> : null;

/** Deposits and withdrawals. */
export const MoveForm = ({ account, close, kind }: ActionProps & { readonly kind: 'deposits' | 'withdrawals' }) => {
  const { id, currency } = account;
  const { amount, reference, movement } = useMovement(currency);
  const { state, run } = useCommand((body: Movement, header) =>
    api.POST(`/api/accounts/{id}/${kind}`, { params: { path: { id }, header }, body }),
  );
  const { failure, isBusy } = state.value;
  const title = kind === 'deposits' ? 'Deposit' : 'Withdraw';
  return (
    <Dialog title={title} close={close}>
      {kind === 'withdrawals' && <Available of={account} />}
      <Form action={title} isBusy={isBusy} submit={() => void run(movement()).then((done) => done && close())}>
        <AmountField currency={currency} amount={amount} failure={failure} />
        <Field label="Reference" value={reference} maxLength={140} wrong={failure?.fields['/reference']} />
        <UnnamedFailure of={failure} />
      </Form>
    </Dialog>
  );
};

/** How much can be taken from the account. */
export const Available = ({ of: { available } }: { readonly of: Account }) => (
  <p class="muted">{moneyText(available)} is available.</p>
);

/** A hold of seven days. */
export const HoldForm = ({ account, close }: ActionProps) => {
  const { id, currency } = account;
  const { amount, reference, movement } = useMovement(currency);
  const { state, run } = useCommand((body: Movement, header) =>
    api.POST('/api/accounts/{id}/holds', { params: { path: { id }, header }, body }),
  );
  const { failure, isBusy } = state.value;
  return (
    <Dialog title="Hold" close={close}>
      <p class="muted">The money stays in the balance and is not available, for seven days at most.</p>
      <Available of={account} />
      <Form action="Hold" isBusy={isBusy} submit={() => void run(movement()).then((done) => done && close())}>
        <AmountField currency={currency} amount={amount} failure={failure} />
        <Field label="For" value={reference} maxLength={140} wrong={failure?.fields['/reference']} />
        <UnnamedFailure of={failure} />
      </Form>
    </Dialog>
  );
};
