import { describe, it } from 'vitest';
import { account } from '../../../domain/account/account.ts';
import type { AccountCommand } from '../../../domain/account/commands.ts';
import { closed, deposited, EUR, eur, frozen, opened } from '../../support/bank.ts';
import { given } from '../../support/given.ts';

const freeze = { type: 'FreezeAccount', reason: 'a suspicion' } as const;
const unfreeze = { type: 'UnfreezeAccount', reason: 'no suspicion' } as const;
const close = { type: 'CloseAccount' } as const;
const unfrozen = { type: 'AccountUnfrozen', data: { customerId: 'c', reason: 'no suspicion' } } as const;
const receiver = { currency: EUR, isClosed: false };
const send = { type: 'SendTransfer', to: 'b', isSame: false, receiver, amount: eur(1) } as const;

describe('a frozen account', () => {
  const given5 = () => given(account, opened(), deposited(5, 5), frozen());
  const taking: AccountCommand[] = [
    { type: 'WithdrawMoney', amount: eur(1) },
    { type: 'PlaceHold', amount: eur(1) },
    send,
  ];

  it('was open before', () => given(account, opened()).when(freeze).yields(frozen()));
  it('stays as it is when it is frozen again', () => given5().when(freeze).yields());
  it('opens again', () => given5().when(unfreeze).yields(unfrozen));
  it.each(taking)('gives nothing away: $type', (command) => given5().when(command).rejects({ code: 'AccountFrozen' }));
  it('takes a deposit', () =>
    given5()
      .when({ type: 'DepositMoney', amount: eur(1) })
      .yields(deposited(1, 6)));
  it('can be closed by a teller, and not by its customer', () => {
    given(account, opened(), frozen()).when(close).yields(closed());
    given(account, opened(), frozen())
      .when({ ...close, byOwner: true })
      .rejects({ code: 'AccountFrozen' });
    given(account, opened())
      .when({ ...close, byOwner: true })
      .yields(closed());
  });
});

describe('an open account', () => {
  it('stays as it is when it is unfrozen', () => given(account, opened()).when(unfreeze).yields());
});

describe('a closed account', () => {
  it('was empty', () => given(account, opened()).when(close).yields(closed()));
  it('had money once, which is refused', () =>
    given(account, opened(), deposited(5, 5))
      .when(close)
      .rejects({ code: 'BalanceNotZero', balance: eur(5) }));
  it('stays as it is when it is closed again', () => given(account, opened(), closed()).when(close).yields());

  const all: AccountCommand[] = [
    { type: 'DepositMoney', amount: eur(1) },
    { type: 'WithdrawMoney', amount: eur(1) },
    { type: 'PlaceHold', amount: eur(1) },
    { type: 'CaptureHold', hold: 2 },
    { type: 'ReleaseHold', hold: 2 },
    { type: 'ReverseTransaction', reverses: 2, original: { kind: 'deposit', amount: eur(1) }, reason: 'an error' },
    freeze,
    unfreeze,
    send,
  ];
  it.each(all)('does nothing: $type', (command) =>
    given(account, opened(), closed()).when(command).rejects({ code: 'AccountClosed' }),
  );
});
