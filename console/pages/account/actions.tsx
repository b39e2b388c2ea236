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

/** Buttons, each of which opens a form. */
export const Actions = ({ account }: { readonly account: Account }) => {
  const chosen = useSignal<string | undefined>(undefined);
  const actions = actionsOf(account);
  const open = actions.find(({ title }) => title === chosen.value);
  return (
    <div class="row">
      {actions.map(({ title }, index) => (
        <button
          key={title}
          type="button"
          class={index === 0 ? 'main-action' : undefined}
          onClick={() => (chosen.value = title)}
        >
          {title}
        </button>
      ))}
      {open && <open.Form account={account} close={() => (chosen.value = undefined)} />}
    </div>
  );
};
