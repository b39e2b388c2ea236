import { useSignal } from '@preact/signals';
import { may } from '../../app/door.ts';
import type { Account, ActionProps } from './account.ts';
import { CloseForm, FreezeForm } from './lifeForms.tsx';
import { HoldForm, MoveForm } from './moveForms.tsx';
import { TransferForm } from './transferForm.tsx';

const Deposit = (props: ActionProps) => <MoveForm {...props} kind="deposits" />;
const Withdraw = (props: ActionProps) => <MoveForm {...props} kind="withdrawals" />;

/** What can be done with an account of that status, by somebody in that role. */
const actionsOf = ({ status }: Account) => {
  if (status === 'closed') return [];
  const isTeller = may(['Teller']);
  const isOpen = status === 'open';
  return [
    { title: 'Deposit', Form: Deposit },
    ...(isOpen
      ? [
          { title: 'Withdraw', Form: Withdraw },
          { title: 'Transfer', Form: TransferForm },
        ]
      : []),
    ...(isOpen && isTeller ? [{ title: 'Hold', Form: HoldForm }] : []),
    ...(isTeller ? [{ title: isOpen ? 'Freeze' : 'Unfreeze', Form: FreezeForm }] : []),
    { title: 'Close account', Form: CloseForm },
  ];
};

/** Why there are fewer actions than others have. */
const notes: Readonly<Record<Exclude<Account['status'], 'open'>, string>> = {
  frozen: 'It is frozen: it takes money, and gives none.',
  closed: 'It is closed for good.',
};

type Action = ReturnType<typeof actionsOf>[number];

/**
 * Buttons, each of which opens a form. It is of the account as it was then, and stays until it is closed, whatever becomes of the account
 * meanwhile: another form in its place would have another key, and another try would be another command. What is not possible any more,
 * the app refuses.
 */
export const Actions = ({ account }: { readonly account: Account }) => {
  const open = useSignal<(Pick<Action, 'Form'> & Pick<ActionProps, 'account'>) | undefined>(undefined);
  const close = () => (open.value = undefined);
  return (
    <div class="actions">
      {account.status !== 'open' && <p class="muted wide">{notes[account.status]}</p>}
      {actionsOf(account).map(({ title, Form }, index) => (
        <button
          key={title}
          type="button"
          class={index === 0 ? 'main-action' : undefined}
          onClick={() => (open.value = { Form, account })}
        >
          {title}
        </button>
      ))}
      {open.value && <open.value.Form account={open.value.account} close={close} />}
    </div>
  );
};
