import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { accept, reject } from '../../eventSourcing/decider.ts';
import type { AccountCommand, AccountDecision, AccountRejection } from './commands.ts';
import { accountEvents, type AccountEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { captureHold, expireHolds, placeHold, releaseHold } from './holds.ts';
import { closeAccount, freezeAccount, unfreezeAccount } from './life.ts';
import { depositMoney, reverseTransaction, withdrawMoney } from './movements.ts';
import { accountState, type Account, type OpenedAccount } from './state.ts';
import { decideTransfer, endTransfer, sendTransfer } from './transfers.ts';

export const account: Aggregate<AccountCommand, AccountEvent, Account, AccountRejection> = {
  name: 'account',
  label: 'an account',
  events: accountEvents,
  state: accountState,
  stateVersion: 2,
  initial: { status: 'unopened' },
  evolve,

  decide(command, state, at) {
    if (command.type === 'OpenAccount') {
      if (state.status !== 'unopened') return reject({ code: 'AccountAlreadyOpen' });
      const { customerId, currency } = command;
      return accept({ type: 'AccountOpened', data: { customerId, currency } });
    }
    if (state.status === 'unopened') return reject({ code: 'AccountNotOpen' });

    const { expired, left } = expireHolds(state, at);
    if (command.type === 'ExpireHolds') return accept(...expired);
    const decision = decideOpened(command, left, at);
    // What has expired by then becomes an event only together with others.
    if (!decision.accepted || decision.events.length === 0) return decision;
    return accept(...expired, ...decision.events);
  },
};

/** Decides on an account without expired holds. */
const decideOpened = (
  command: Exclude<AccountCommand, { type: 'OpenAccount' | 'ExpireHolds' }>,
  state: OpenedAccount,
  at: string,
): AccountDecision => {
  switch (command.type) {
    case 'DepositMoney':
      return depositMoney(command, state);
    case 'WithdrawMoney':
      return withdrawMoney(command, state, at);
    case 'ReverseTransaction':
      return reverseTransaction(command, state, at);
    case 'FreezeAccount':
      return freezeAccount(command, state);
    case 'UnfreezeAccount':
      return unfreezeAccount(command, state);
    case 'CloseAccount':
      return closeAccount(command, state);
    case 'PlaceHold':
      return placeHold(command, state, at);
    case 'CaptureHold':
      return captureHold(command, state, at);
    case 'ReleaseHold':
      return releaseHold(command, state, at);
    case 'SendTransfer':
      return sendTransfer(command, state, at);
    case 'DecideTransfer':
      return decideTransfer(command, state);
    case 'EndTransfer':
      return endTransfer(command, state);
    case 'SettleTransfer':
      return accept();
  }
};
